package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// app answers everything: five paths do something special, every other one shows the page, so that an
// Ingress may send any path here without rewriting it.
type app struct {
	version, instance string
	log               *log.Logger
	terminating       atomic.Bool
	wedged            atomic.Bool
	// unreadyUntil is in Unix nanoseconds.
	unreadyUntil atomic.Int64
}

func newApp(version, instance string, logTo io.Writer) *app {
	return &app{version: version, instance: instance, log: log.New(logTo, "", 0)}
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a.wedged.Load() {
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // the connection ends without an answer
	}
	w.Header().Set("X-Instance", a.instance)
	w.Header().Set("X-Version", a.version)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	seen := &recorder{ResponseWriter: w, status: http.StatusOK}
	started := time.Now()
	a.route(seen, r)
	a.log.Printf("%s %q %d %s", r.RemoteAddr, r.Method+" "+r.RequestURI+" "+r.Proto, seen.status, time.Since(started))
}

func (a *app) route(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == "/healthz":
		say(w, http.StatusOK, "alive")
	case path == "/ready":
		a.ready(w)
	case path == "/unready":
		a.unready(w, r)
	case path == "/wedge":
		a.wedged.Store(true)
		say(w, http.StatusOK, "wedged: this is the last answer until the process is restarted")
	case path == "/burn":
		burn(w, r)
	case strings.HasPrefix(path, "/echo/"):
		say(w, http.StatusOK, strings.TrimPrefix(path, "/echo/"))
	default:
		a.page(w, r)
	}
}

func (a *app) ready(w http.ResponseWriter) {
	switch left := time.Until(time.Unix(0, a.unreadyUntil.Load())); {
	case a.terminating.Load():
		say(w, http.StatusServiceUnavailable, "not ready: terminating")
	case left > 0:
		say(w, http.StatusServiceUnavailable, fmt.Sprintf("not ready for another %s", left.Round(time.Second)))
	default:
		say(w, http.StatusOK, "ready")
	}
}

func (a *app) unready(w http.ResponseWriter, r *http.Request) {
	pause, ok := seconds(w, r, 60)
	if !ok {
		return
	}
	a.unreadyUntil.Store(time.Now().Add(pause).UnixNano())
	say(w, http.StatusOK, fmt.Sprintf("not ready for %s", pause))
}

// burn keeps one CPU busy until the time is over or the client is gone.
func burn(w http.ResponseWriter, r *http.Request) {
	span, ok := seconds(w, r, 1)
	if !ok {
		return
	}
	rounds := 0
	for end := time.Now().Add(span); time.Now().Before(end) && r.Context().Err() == nil; rounds++ {
		for x := 1.0; x < 1e5; x++ {
			_ = x / (x + 1)
		}
	}
	say(w, http.StatusOK, fmt.Sprintf("burned %s in %d rounds", span, rounds))
}

// seconds reads ?seconds=, at most an hour; an answer was given when it is not ok.
func seconds(w http.ResponseWriter, r *http.Request, otherwise float64) (time.Duration, bool) {
	value := otherwise
	if text := r.URL.Query().Get("seconds"); text != "" {
		parsed, err := strconv.ParseFloat(text, 64)
		if err != nil || !(parsed >= 0 && parsed <= 3600) {
			say(w, http.StatusBadRequest, "seconds must be a number from 0 to 3600")
			return 0, false
		}
		value = parsed
	}
	return time.Duration(value * float64(time.Second)), true
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintln(w, text)
}

// recorder remembers the status for the log.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}
