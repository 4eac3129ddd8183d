// Package audiotest judges sound in tests without ears: it finds delays, gaps
// and levels, measures how like two signals are, and proves that a source keeps
// its contract. Signals are mono float32 at 48 kHz. It keeps no state.
package audiotest
