// Package store keeps what must not be forgotten: one bbolt file with one
// journal of numbered, chained entries, the records those entries make, and a
// digest of the records, all changed in the same transaction. It knows order,
// durability and proof, never meanings: classes, keys and payloads are the
// caller's.
//
// A DB is the file of the node that writes it; a Replica is the verified copy
// of another node's journal. Both share one layout and one Reader, so that a
// Proof of one can be compared with a Proof of the other.
//
// A Safe is a DB with what keeps it: a side log, hot copies, and a repair at
// opening that works on copies only, begins a new epoch and names what was
// lost.
//
// State: bbolt's single writer owns the file; nothing is allotted outside its
// transaction. A Writer owns the queue in front of it. When that queue is full
// the caller gets ErrFull at once and raises an alarm: whoever makes sound
// never waits for the disk.
//
// DESIGN.md gives the bytes of the header and of the chain, which are final.
package store
