package config

// example.go owns the config file that a person begins with.

import _ "embed"

//go:embed example.toml
var example string

// Example returns a config file in which every setting is explained and
// switched off: a setting is a line that begins with '#' and no space.
func Example() string { return example }
