package trust

import (
	"encoding/json"
	"fmt"
	"os"
)

// triesSuffix names the file beside the people's that counts wrong PINs, so that
// who pulls the plug gets no new tries. A disk that does not take it loses the
// count at the next start, not the wait of now.
const triesSuffix = ".tries"

// remember writes how many wrong PINs in a row each person has.
func (s *Staff) remember(list []member) {
	count := map[string]int{}
	for _, m := range list {
		if t := s.bad[m.Name]; t.n > 0 {
			count[m.Name] = t.n
		}
	}
	if b, err := json.Marshal(count); err == nil {
		_ = WriteSecret(s.path+triesSuffix, b)
	}
}

// recall reads the counts of an earlier run. Nobody knows how long it was off,
// so that a wait begins anew now. A file that is damaged counts nothing: who may
// write it may write the people's too.
func (s *Staff) recall() {
	var count map[string]int
	b, err := os.ReadFile(s.path + triesSuffix)
	if err != nil || len(b) > maxAccounts || json.Unmarshal(b, &count) != nil {
		return
	}
	for name, n := range count {
		if n > 0 && len(s.bad) < maxTried {
			s.bad[name] = tried{min(n, freeTries+10), s.now()}
		}
	}
}

// WithoutPINs is the file with nothing in it that a PIN could be guessed from:
// names and roles are kept, and nobody is let in until he has a new PIN. It is
// nil where there is no account.
func (s *Staff) WithoutPINs() ([]byte, error) {
	list, err := s.read()
	if err != nil || len(list) == 0 {
		return nil, err
	}
	for i := range list {
		list[i].Hash = ""
	}
	b, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	return b, nil
}

// WithoutPIN are the names of those who need a new PIN before they are let in.
func (s *Staff) WithoutPIN() (names []string, err error) {
	list, err := s.read()
	for _, m := range list {
		if m.Hash == "" {
			names = append(names, m.Name)
		}
	}
	return names, err
}
