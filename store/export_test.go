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
