package catalog

// cache.go owns the shape of the cache file. It refuses to touch the file and
// to judge its age.

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// cacheVersion changes whenever older programs would misread the file.
const cacheVersion = 1

type cache struct {
	Version int         `json:"version"`
	Fetched time.Time   `json:"fetched_at"`
	Models  []api.Model `json:"models"`
}

// Encode returns the cache file for a list fetched at the given time.
func Encode(models []api.Model, fetched time.Time) ([]byte, error) {
	data, err := json.Marshal(cache{cacheVersion, fetched.UTC(), models})
	if err != nil {
		return nil, fmt.Errorf("encode the model cache: %w", err)
	}
	return append(data, '\n'), nil
}

// Decode reads a cache file. Any error means that there is no usable cache,
// also when another version of aimlchat wrote it.
func Decode(data []byte) (models []api.Model, fetched time.Time, err error) {
	var c cache
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, time.Time{}, fmt.Errorf("decode the model cache: %w", err)
	}
	if c.Version != cacheVersion {
		return nil, time.Time{}, fmt.Errorf("decode the model cache: it has version %d, not %d", c.Version, cacheVersion)
	}
	return c.Models, c.Fetched, nil
}
