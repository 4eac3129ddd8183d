package district

// Words are the page's sentences by language.
func Words() map[string]map[string]string {
	return map[string]map[string]string{"vi": vietnamese, "en": english}
}
