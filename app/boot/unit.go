package boot

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// printUnit writes a systemd unit that starts this pole with the machine and
// again whenever it falls. "user": for a machine whose sound belongs to a
// logged-in user; "system": for a pole that has nobody.
func (o *ClusterOptions) printUnit(w io.Writer, kind string) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	data, err := filepath.Abs(o.Data)
	if err != nil {
		return err
	}
	args := []string{exe, "cluster", "--data", data, "--out", o.Out}
	for _, f := range []struct{ flag, value string }{{"--station", o.Station}, {"--peer", o.Peer}, {"--name", o.Name}, {"--root", o.Root},
		{"--key", o.Key}, {"--ear", o.Ear}, {"--amp-sense", o.AmpSense}, {"--relay", o.Relay}, {"--relay-peer", o.RelayPeer}} {
		if f.value != "" {
			args = append(args, f.flag, f.value)
		}
	}
	if o.PreKey > 0 {
		args = append(args, "--pre-key", o.PreKey.String())
	}
	if o.NoUDP {
		args = append(args, "--no-udp")
	}
	for i, a := range args {
		args[i] = unitQuote(a)
	}
	who, target, note := "", "default.target", "# Put this into ~/.config/systemd/user/loaxa-cluster.service, then:\n#   systemctl --user enable --now loaxa-cluster && loginctl enable-linger\n"
	if kind == "system" {
		who, target = "DynamicUser=no\nUser=loaxa\nSupplementaryGroups=audio dialout\n", "multi-user.target"
		note = "# Put this into /etc/systemd/system/loaxa-cluster.service, then:\n#   useradd --system --home " + unitQuote(data) +
			" loaxa; systemctl enable --now loaxa-cluster\n"
	}
	_, err = fmt.Fprintf(w, `%s[Unit]
Description=Loaxa loudspeaker cluster
Wants=network-online.target
After=network-online.target sound.target
StartLimitIntervalSec=0

[Service]
Type=simple
ExecStart=%s
Restart=always
RestartSec=2
%sNoNewPrivileges=yes
ProtectSystem=full
MemoryMax=96M
OOMScoreAdjust=-500

[Install]
WantedBy=%s
`, note, strings.Join(args, " "), who, target)
	return err
}

// unitQuote is a word as systemd reads it back.
func unitQuote(s string) string {
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%", "$", "$$", "\n", " ").Replace(s)
	if s == "" || strings.ContainsAny(s, " \t'\";\\") {
		return `"` + s + `"`
	}
	return s
}
