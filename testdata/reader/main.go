// Command reader asks a service for an answer and reads it to nowhere: the
// least that any chat program has to do. BenchmarkFlood measures against it.
package main

import (
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	reply, err := http.Post(os.Args[1], "application/json", strings.NewReader("{}"))
	if err != nil {
		panic(err)
	}
	defer reply.Body.Close()
	if _, err := io.Copy(io.Discard, reply.Body); err != nil {
		panic(err)
	}
}
