// Command lab-app is the small web application that the labs deploy, break, scale and update.
//
// PORT is where it listens (8080), VERSION what it calls itself, DRAIN for how many seconds it keeps
// serving after SIGTERM while it already says that it is not ready (3).
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// version is set at link time; the environment variable VERSION goes first.
var version = "dev"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "lab-app:", err)
		os.Exit(1)
	}
}

func run() error {
	drain, err := strconv.ParseFloat(setting("DRAIN", "3"), 64)
	if err != nil || drain < 0 {
		return fmt.Errorf("DRAIN must be a number of seconds, not %q", os.Getenv("DRAIN"))
	}
	application := newApp(setting("VERSION", version), randomID(), os.Stdout)
	server := &http.Server{Addr: ":" + setting("PORT", "8080"), Handler: application}

	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	fmt.Printf("lab-app %s, instance %s, listens on %s\n", application.version, application.instance, server.Addr)

	select {
	case err := <-failed:
		return err
	case <-stop.Done():
		return shutDown(server, application, time.Duration(drain*float64(time.Second)))
	}
}

// shutDown turns readiness off, serves on until the endpoints of Services had time to forget this pod,
// and then ends what is still open. A wedged process has nothing to finish.
func shutDown(server *http.Server, application *app, drain time.Duration) error {
	if application.wedged.Load() {
		return errors.New("terminated while wedged")
	}
	fmt.Printf("terminating: not ready any more, serving for another %s\n", drain)
	application.terminating.Store(true)
	server.SetKeepAlivesEnabled(false)
	time.Sleep(drain)
	grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return server.Shutdown(grace)
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func randomID() string {
	id := make([]byte, 6)
	_, _ = rand.Read(id) // never fails since Go 1.24
	return hex.EncodeToString(id)
}
