package catalog

// cache.go owns the shape of the cache file. It refuses to touch the file and
// to judge its age.

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// cacheVersion changes whenever older programs would misread the file, or an
// older file would lack what newer programs rely on.
const cacheVersion = 2

// Listing is what is known of a provider's models: what its cache file holds.
type Listing struct {
	Models  []api.Model // what it lists
	ETag    string      // of that list; "": it has none
	Fetched time.Time   // when the list was had, or was said to be still good; zero: it is compiled in

	// What the service tells of models that it gives up, which its list leaves
	// out: entries with Status, ReplacedBy and Shutdown. It is a document of its
	// own, with an age of its own.
	Withdrawals        []api.Model
	WithdrawalsETag    string
	WithdrawalsFetched time.Time
}

// Compiled returns what is known of AI/ML API's models before it was asked.
func Compiled() Listing {
	return Listing{Models: Snapshot(), Withdrawals: Unlisted()}
}

// cache is a Listing as it is written.
type cache struct {
	Version            int         `json:"version"`
	Fetched            time.Time   `json:"fetched_at"`
	ETag               string      `json:"etag,omitempty"`
	WithdrawalsFetched time.Time   `json:"withdrawals_fetched_at"`
	WithdrawalsETag    string      `json:"withdrawals_etag,omitempty"`
	Models             []api.Model `json:"models"`
	Withdrawals        []api.Model `json:"withdrawals,omitempty"`
}

// Encode returns the cache file for l.
func Encode(l Listing) ([]byte, error) {
	data, err := json.Marshal(cache{
		Version: cacheVersion,
		Fetched: l.Fetched.UTC(), ETag: l.ETag, Models: l.Models,
		WithdrawalsFetched: l.WithdrawalsFetched.UTC(), WithdrawalsETag: l.WithdrawalsETag, Withdrawals: l.Withdrawals,
	})
	if err != nil {
		return nil, fmt.Errorf("encode the model cache: %w", err)
	}
	return append(data, '\n'), nil
}

// Decode reads a cache file. Any error means that there is no usable cache,
// also when another version of aimlchat wrote it.
func Decode(data []byte) (Listing, error) {
	var c cache
	if err := json.Unmarshal(data, &c); err != nil {
		return Listing{}, fmt.Errorf("decode the model cache: %w", err)
	}
	if c.Version != cacheVersion {
		return Listing{}, fmt.Errorf("decode the model cache: it has version %d, not %d", c.Version, cacheVersion)
	}
	return Listing{
		Models: c.Models, ETag: c.ETag, Fetched: c.Fetched,
		Withdrawals: c.Withdrawals, WithdrawalsETag: c.WithdrawalsETag, WithdrawalsFetched: c.WithdrawalsFetched,
	}, nil
}
