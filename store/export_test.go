package store

import bolt "go.etcd.io/bbolt"

// SpoilEntry turns one bit of an entry behind the store's back.
func SpoilEntry(path string, seq uint64) error {
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Update(func(tx *bolt.Tx) error {
		b, err := currentBook(tx)
		if err != nil {
			return err
		}
		v := append([]byte{}, b.journal.Get(seqKey(seq))...)
		v[len(v)-1] ^= 1
		return b.journal.Put(seqKey(seq), v)
	})
}

// ForgetRecord takes a record out of a replica as a fault would that also
// counted its digest anew: the file agrees with itself and not with the peer.
func ForgetRecord(r *Replica, class, key string) error {
	return r.staging(func(tx *bolt.Tx) error {
		b, err := currentBook(tx)
		if err != nil {
			return err
		}
		if err := b.applyRecord(&Entry{Class: class, Key: key, Op: Delete}); err != nil {
			return err
		}
		return b.flush()
	})
}
