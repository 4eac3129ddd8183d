package devices

// WhyOdd is what a cluster's report is marked with that cannot be true. It
// proves nothing.
const WhyOdd = "odd-report"

const (
	oddAhead  = 1_000_000 // µs that a cluster may have played beyond the station's clock: its card's buffer, its clock's error
	oddSlack  = 150       // frames that two reports may count differently from their times
	oddFrames = 20_000    // µs of a frame
)

// odd tells whether a report cannot be true: sound played that was not due yet,
// an account that is not its own sum, or one that grew faster than the time that
// it says was played. A cluster that
// says what is wrong with it claims nothing. was is the report before it.
func odd(was, is Health, now int64) bool {
	a := is.Account
	if a.Due != a.OnTime+a.Repaired+a.Concealed+a.Late+a.Dropped {
		return true
	}
	if is.PlayedUntil > now+oddAhead {
		return true
	}
	good, before := a.OnTime+a.Repaired, was.Account.OnTime+was.Account.Repaired
	if is.Why != "" || is.Playing == 0 || is.Playing != was.Playing || a.Broadcast != was.Account.Broadcast || good <= before || was.PlayedUntil == 0 {
		return false
	}
	played := max(is.PlayedUntil-was.PlayedUntil, 0) / oddFrames
	return good-before > uint64(played)+oddSlack
}
