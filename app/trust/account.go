package trust

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Bounds of an account. The cost is the second recommendation of RFC 9106,
// section 4: one pass less than three would need more memory.
const (
	MinPassword  = 12 // characters
	MaxPassword  = 256
	MaxAccount   = 40 // characters of a name
	MaxAccounts  = 100
	maxAccounts  = 64 << 10 // bytes of the file
	passwordTime = 3
	passwordMem  = 64 << 10 // KiB
	passwordSalt = 16
	passwordKey  = 32
)

// Errors of accounts.
var (
	ErrAccountName = errors.New("an account's name has 1 to 40 letters, digits, dots or hyphens")
	ErrPassword    = fmt.Errorf("a password has %d to %d characters", MinPassword, MaxPassword)
	ErrAccountFile = errors.New("the file of accounts is damaged: restore it from a copy, or move it away and make the accounts anew")
	ErrNoAccount   = errors.New("there is no such account")
)

// Account is one person who may look at a page. Hash is what is kept of the
// password: Argon2id in its usual text form with its own salt and costs.
type Account struct {
	Name string `json:"name"`
	Hash string `json:"hash"`
}

// Accounts is the file of those who may look at a page. It is read anew for
// each question, so that who is taken out is out at once. There is no account
// that the program makes by itself.
type Accounts struct{ path string }

// OpenAccounts names the file; it need not be there.
func OpenAccounts(path string) Accounts { return Accounts{path} }

// List reads all accounts.
func (a Accounts) List() ([]Account, error) {
	b, err := os.ReadFile(a.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	return parseAccounts(b)
}

func parseAccounts(b []byte) (list []Account, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if len(b) > maxAccounts || d.Decode(&list) != nil || len(list) > MaxAccounts {
		return nil, ErrAccountFile
	}
	for _, one := range list {
		if _, err := readHash(one.Hash); err != nil || !accountName(one.Name) {
			return nil, ErrAccountFile
		}
	}
	return list, nil
}

// Set makes an account or gives it another password.
func (a Accounts) Set(name, password string) error {
	if !accountName(name) {
		return ErrAccountName
	}
	if n := utf8.RuneCountInString(password); n < MinPassword || n > MaxPassword || !utf8.ValidString(password) {
		return ErrPassword
	}
	list, err := a.List()
	if err != nil {
		return err
	}
	list = append(slices.DeleteFunc(list, func(o Account) bool { return o.Name == name }), Account{name, hashPassword(password)})
	if len(list) > MaxAccounts {
		return fmt.Errorf("there are %d accounts already", MaxAccounts)
	}
	return a.write(list)
}

// Remove takes an account away.
func (a Accounts) Remove(name string) error {
	list, err := a.List()
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(slices.Clone(list), func(o Account) bool { return o.Name == name })
	if len(rest) == len(list) {
		return ErrNoAccount
	}
	return a.write(rest)
}

// Check tells whether the password is that account's. It costs the same time
// for a name that is not there.
func (a Accounts) Check(name, password string) bool {
	list, err := a.List()
	if err != nil || utf8.RuneCountInString(password) > MaxPassword {
		return false
	}
	i := slices.IndexFunc(list, func(o Account) bool { return o.Name == name })
	if i < 0 {
		_ = stretch(password, make([]byte, passwordSalt), passwordTime, passwordMem)
		return false
	}
	return checkPassword(list[i].Hash, password)
}

// Has tells whether an account is there: sessions of one that was taken away
// end.
func (a Accounts) Has(name string) bool {
	list, err := a.List()
	return err == nil && slices.ContainsFunc(list, func(o Account) bool { return o.Name == name })
}

// Any tells whether somebody may log in at all.
func (a Accounts) Any() bool {
	list, err := a.List()
	return err == nil && len(list) > 0
}

func (a Accounts) write(list []Account) error {
	b, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return fmt.Errorf("accounts: %w", err)
	}
	return WriteSecret(a.path, b)
}

func accountName(s string) bool {
	n := utf8.RuneCountInString(s)
	return n > 0 && n <= MaxAccount && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '.' && r != '-' && r != '_'
	})
}

func stretch(password string, salt []byte, time, mem uint32) []byte {
	return argon2.IDKey([]byte(password), salt, time, mem, 1, passwordKey)
}

func hashPassword(password string) string {
	salt := make([]byte, passwordSalt)
	if _, err := rand.Read(salt); err != nil {
		panic(err)
	}
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, passwordMem, passwordTime,
		enc.EncodeToString(salt), enc.EncodeToString(stretch(password, salt, passwordTime, passwordMem)))
}

// hashed is what the text form of a password's hash says.
type hashed struct {
	time, mem uint32
	salt, key []byte
}

// readHash reads the text form; costs that a file could ask for are bounded.
func readHash(s string) (h hashed, err error) {
	f := strings.Split(s, "$")
	if len(f) != 6 || f[0] != "" || f[1] != "argon2id" || f[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, ErrAccountFile
	}
	if n, err := fmt.Sscanf(f[3], "m=%d,t=%d,p=1", &h.mem, &h.time); err != nil || n != 2 ||
		h.mem < 8 || h.mem > 256<<10 || h.time < 1 || h.time > 10 {
		return h, ErrAccountFile
	}
	var serr, kerr error
	h.salt, serr = base64.RawStdEncoding.DecodeString(f[4])
	h.key, kerr = base64.RawStdEncoding.DecodeString(f[5])
	if serr != nil || kerr != nil || len(h.salt) < 8 || len(h.salt) > 64 || len(h.key) != passwordKey {
		return h, ErrAccountFile
	}
	return h, nil
}

func checkPassword(hash, password string) bool {
	h, err := readHash(hash)
	return err == nil && subtle.ConstantTimeCompare(h.key, stretch(password, h.salt, h.time, h.mem)) == 1
}
