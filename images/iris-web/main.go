// Command iris-web is the companion of a model: it serves a page where a person enters four measures of a flower, and
// hands what the page asks on to the model server. It predicts nothing itself.
//
// PORT is where it listens (8080), MODEL_URL where the model answers (http://model), PAGE the folder of the page.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "iris-web:", err)
		os.Exit(1)
	}
}

func run() error {
	site, err := newSite(setting("MODEL_URL", "http://model"), setting("PAGE", "page"))
	if err != nil {
		return err
	}
	server := &http.Server{
		Addr:              ":" + setting("PORT", "8080"),
		Handler:           site,
		ReadHeaderTimeout: 5 * time.Second,
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	fmt.Printf("iris-web listens on %s and asks the model at %s\n", server.Addr, site.model)
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
		grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		return server.Shutdown(grace)
	}
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
