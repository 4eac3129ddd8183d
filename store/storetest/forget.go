package storetest

import (
	"bytes"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// ForgetClass takes all records of a class out of a stopped file together with
// their digest: the file agrees with itself, and not with its peer.
func ForgetClass(t testing.TB, path, class string) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			for _, part := range []string{"record", "digest"} {
				sub := b.Bucket([]byte(part))
				if sub == nil {
					continue
				}
				c := sub.Cursor()
				for k, _ := c.Seek([]byte(class)); bytes.HasPrefix(k, []byte(class)); k, _ = c.Next() {
					if len(k) > len(class) && k[len(class)] <= 1 {
						if err := c.Delete(); err != nil {
							return err
						}
					}
				}
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
