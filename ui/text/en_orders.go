package text

import (
	"maps"

	"loaxa/app/station"
)

func init() {
	maps.Copy(en.Books.Event, enOrderEvents)
	maps.Copy(en.Books.Refusal, enOrderRefusals)
	maps.Copy(en.Books.Reason, enOrderReasons)
}

var enOrderEvents = map[station.EventKind]string{
	station.EvOrder:        "ORDER FROM ABOVE, {reason}: {title}",
	station.EvOrderRefused: "ORDER REFUSED, {title}: {reason}",
	station.EvKeys:         "keys that may order: {reason}",
	station.EvPoleRefused:  "CLUSTER {name} DID NOT PLAY: {reason} {title}",
	station.EvDirective:    "FROM ABOVE, {reason}: {title}",
	station.EvClockOff:     "this machine's clock is {reason} the one above by {title} (h:mm:ss)",
	station.EvClockUnsure:  "THIS MACHINE'S CLOCK IS UNSURE ({title}): the timetable does not run by itself",
	station.EvClockSure:    "the machine's clock was confirmed",
	station.EvBooks:        "the BOOKS DIFFER from those above: {reason}",
	station.EvEnrolled:     "enrolment of “{title}”: {reason}",
}

var enOrderRefusals = map[station.RefusalCode]string{
	station.OrderMalformed:    "This file is no order in its proper form, or it was changed: ask for it again",
	station.OrderUnknownKey:   "The order is signed with a key that this station does not know: ask the tier above before airing it",
	station.OrderBadSignature: "The order's signature is WRONG, it may be forged: call {subject}",
	station.OrderKeyRevoked:   "The key of {subject} was revoked: do not air this, call and ask",
	station.OrderKeyOver:      "The key of {subject} is not valid now: ask for an order signed with the new key",
	station.OrderNotAllowed:   "{subject} may not give orders of this kind",
	station.OrderForOthers:    "This order is for another station",
	station.OrderExpired:      "The order has expired: ask for a new one if it is still needed",
	station.OrderNotYet:       "The order's time has not come: the station waits for it",
	station.OrderClockUnsure:  "The machine's clock cannot be trusted, so the order was not taken: set the clock, or confirm the order by hand",
	station.OrderReplay:       "This order was obeyed before and is not aired again",
	station.OrderCounter:      "The order's number was used before: ask {subject} for a new one",
	station.OrderNotApproved:  "The order lacks the signature of a second person",
	station.OrderVoid:         "This order was cancelled or replaced",
	station.OrderUnknown:      "This cancel is about an order that is not on air here",
	station.KeysMalformed:     "This file is no key set in its proper form: ask for it again",
	station.KeysUnknownSigner: "The key set is signed by somebody unknown here: not taken",
	station.KeysOld:           "This key set is not newer than the one that holds",
}

var enOrderReasons = map[string]string{
	"order-alone": "aired, signed by ONE PERSON alone", "order-play": "on air", "order-cancel": "an order is taken back", "order-test": "exercise", "order-cancelled": "taken back from above",
	"order-malformed": "not in its form or changed", "order-unknown-key": "unknown key", "order-bad-signature": "WRONG SIGNATURE, maybe forged",
	"order-key-revoked": "its key was revoked", "order-key-over": "its key is not valid now", "order-not-allowed": "no right to do so",
	"order-for-others": "for another station", "order-expired": "expired", "order-not-yet": "its time has not come",
	"order-clock-unsure": "the machine's clock cannot be trusted", "order-replay": "obeyed before", "order-counter": "its number was used before",
	"order-not-approved": "not approved", "order-void": "cancelled or replaced", "order-unknown": "no such order on air",
	"keys-malformed": "not a key set, not taken", "keys-unknown-signer": "unknown signer, not taken", "keys-old": "not newer, not taken",
	"keys-taken": "a new set holds", "emergency-is-open": "it is on air already",
	"direct-notice": "a notice", "direct-timetable": "a timetable", "direct-settings": "settings",
	"pole-order": "an order that it does not hold valid", "pole-stranger": "a stranger in the station's place", "pole-session": "sound that the station did not sign",
	"books-differ": "both sides hold other records", "other-life": "the tier above holds an earlier life",
	"enrolled": "let in", "code-wrong": "WRONG CODE", "code-spoilt": "too many wrong tries, the code is void", "code-over": "the code has expired",
}
