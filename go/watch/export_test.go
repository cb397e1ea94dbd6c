package watch

// SetMaxItems sets the bound of lists for a test, and returns what it was.
func SetMaxItems(n int) int {
	mu.Lock()
	defer mu.Unlock()
	before := maxItems
	maxItems = n
	return before
}
