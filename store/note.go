package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// noteSum is how many bytes of a hash follow a note: what stands beside the
// chain (days, blanks, lives) has nothing else that would find a flipped bit.
const noteSum = 8

func sumOfNote(key, value []byte) []byte {
	h := sha256.New()
	h.Write([]byte("loaxa note v1\n"))
	h.Write([]byte{byte(len(key))})
	h.Write(key)
	h.Write(value)
	return h.Sum(nil)[:noteSum]
}

// sealNote is value ‖ first 8 bytes of SHA-256("loaxa note v1\n" ‖ len key (1) ‖
// key ‖ value).
func sealNote(key, value []byte) []byte { return append(bytes.Clone(value), sumOfNote(key, value)...) }

// openNote gives the value of a note of size bytes; nil when it does not sum up.
func openNote(key, v []byte, size int) []byte {
	if len(v) != size+noteSum || !bytes.Equal(v[size:], sumOfNote(key, v[:size])) {
		return nil
	}
	return v[:size]
}

// verifyNotes checks what stands beside the chain.
func (b *book) verifyNotes() error {
	for name, size := range map[string]int{string(bucketDay): 8, string(bucketBlank): blankLen} {
		notes := b.root.Bucket([]byte(name))
		if notes == nil {
			continue
		}
		err := notes.ForEach(func(k, v []byte) error {
			if len(k) != 8 || openNote(k, v, size) == nil {
				return fmt.Errorf("%w: note %s %x", ErrCorrupt, name, k)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// checkFileNotes checks the notes in the bucket of the file.
func checkFileNotes(f *bolt.Bucket) error {
	if v := f.Get(keyBootSum); v != nil && !bytes.Equal(v, sumOfNote(keyBoot, f.Get(keyBoot))) {
		return fmt.Errorf("%w: note %s", ErrCorrupt, keyBoot)
	}
	for key, size := range map[string]int{string(keyLife): 4, string(keyCompacted): len(Epoch{}) + 8} {
		if v := f.Get([]byte(key)); v != nil && openNote([]byte(key), v, size) == nil {
			return fmt.Errorf("%w: note %s", ErrCorrupt, key)
		}
	}
	return nil
}
