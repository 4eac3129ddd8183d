package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// TestGreenNeedsFreshProof is I4: whatever is known of a cluster, it is shown
// playing only while its own word that it played is younger than ProofLife.
func TestGreenNeedsFreshProof(t *testing.T) {
	at := func(s time.Duration) station.Stamp { return station.Stamp{Mono: s} }
	now := at(time.Minute)
	air := &Broadcast{ID: 7, Phase: station.OnAir, Since: at(30 * time.Second)}
	good := func() ClusterKnown {
		return ClusterKnown{Ever: true, Up: true, Report: now, Proof: at(time.Minute - station.ProofLife),
			Health: station.ClusterHealth{Playing: 7, Output: "card"}}
	}
	for name, c := range map[string]struct {
		change func(*ClusterKnown, *station.Cluster)
		air    *Broadcast
		want   station.ClusterState
		why    string
	}{
		"fresh proof":     {func(*ClusterKnown, *station.Cluster) {}, air, station.ClusterPlaying, ""},
		"proof too old":   {func(k *ClusterKnown, _ *station.Cluster) { k.Proof.Mono-- }, air, station.ClusterShaky, "no-proof"},
		"never proved":    {func(k *ClusterKnown, _ *station.Cluster) { k.Proof = station.Stamp{} }, air, station.ClusterShaky, "no-proof"},
		"plays another":   {func(k *ClusterKnown, _ *station.Cluster) { k.Health.Playing = 6 }, air, station.ClusterShaky, "no-proof"},
		"just ordered":    {func(k *ClusterKnown, _ *station.Cluster) { k.Health.Playing = 0 }, &Broadcast{ID: 7, Phase: station.Preparing}, station.ClusterIdle, "ordered"},
		"link gone":       {func(k *ClusterKnown, _ *station.Cluster) { k.Up = false }, air, station.ClusterLost, ""},
		"never heard of":  {func(k *ClusterKnown, _ *station.Cluster) { *k = ClusterKnown{} }, air, station.ClusterUnknown, ""},
		"muted":           {func(_ *ClusterKnown, c *station.Cluster) { c.Muted = true }, air, station.ClusterMuted, ""},
		"no loudspeaker":  {func(k *ClusterKnown, _ *station.Cluster) { k.Health.Output = "virtual" }, air, station.ClusterShaky, "no-card"},
		"nothing to play": {func(*ClusterKnown, *station.Cluster) {}, nil, station.ClusterIdle, ""},
		"gaps in this window": {func(k *ClusterKnown, _ *station.Cluster) {
			k.Health.Account = station.Account{Due: 500, OnTime: 480, Concealed: 20}
		}, air, station.ClusterShaky, ""},
	} {
		k, cl := good(), station.Cluster{}
		c.change(&k, &cl)
		if v := viewCluster(cl, k, c.air, now, false); v.State != c.want || v.Why != c.why {
			t.Errorf("%s: %s %q, want %s %q", name, v.State, v.Why, c.want, c.why)
		}
	}
}

// TestAnOldGapIsForgiven: a cluster that missed its first second is shaky then,
// not for the hour that follows.
func TestAnOldGapIsForgiven(t *testing.T) {
	var k ClusterKnown
	shaky := false
	for s := range 40 {
		due := uint64(50 * (s + 1))
		k.Health = station.ClusterHealth{Playing: 1, Account: station.Account{Due: due, OnTime: due - 40, Late: 40}}
		k.sample(time.Duration(s)*time.Second, k.Health)
		if s == 2 {
			shaky = k.shaky()
		}
	}
	if !shaky || k.shaky() {
		t.Errorf("after 3 s shaky is %t, after 40 s %t", shaky, k.shaky())
	}
}

// TestTwoFailuresAreToldApart: the district alone may be down; when every SIM
// is gone with it, it is the internet.
func TestTwoFailuresAreToldApart(t *testing.T) {
	s := State{Roster: []station.Cluster{{ID: "lan", Kind: "IP"}, {ID: "sim", Kind: "IP 4G"}}}.clone()
	s.Known.Upstream = station.UpstreamReport{Configured: true}
	s.Known.Clusters["lan"] = &ClusterKnown{Up: true}
	s.Known.Clusters["sim"] = &ClusterKnown{Up: true}
	if !s.internet() {
		t.Error("a cluster on a SIM card answers and the internet is said to be cut")
	}
	s.Known.Clusters["sim"] = &ClusterKnown{Ever: true}
	if s.internet() {
		t.Error("nothing beyond the commune answers and the internet is said to be there")
	}
	s.Known.Upstream.Up = true
	if !s.internet() {
		t.Error("the district answers and the internet is said to be cut")
	}
}
