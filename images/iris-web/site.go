package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

// site is the page, and two doors behind it that lead to the model server.
type site struct {
	model *url.URL
	mux   *http.ServeMux
}

// The page loads nothing from anywhere else, and nothing that was not written here.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// A measure and its name are short; what is longer did not come from the page.
const longestQuestion = 4 << 10

func newSite(model, page string) (*site, error) {
	target, err := url.Parse(model)
	if err != nil || target.Host == "" {
		return nil, fmt.Errorf("MODEL_URL must be like http://model, not %q", model)
	}
	made := &site{model: target, mux: http.NewServeMux()}
	ask := made.proxy()
	made.mux.Handle("GET /api/model", http.StripPrefix("/api", ask))
	made.mux.Handle("POST /api/predict", http.StripPrefix("/api", ask))
	made.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	made.mux.Handle("GET /", http.FileServer(http.Dir(page)))
	return made, nil
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "no-referrer")
	// Without names of versions in its files, the page has to be asked for anew.
	w.Header().Set("Cache-Control", "no-cache")
	r.Body = http.MaxBytesReader(w, r.Body, longestQuestion)
	s.mux.ServeHTTP(w, r)
}

func (s *site) proxy() *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(s.model)
		},
		// A connection of its own for each question, so that a Service chooses a pod anew.
		Transport: &http.Transport{
			DialContext: dialAgain, DisableKeepAlives: true, ResponseHeaderTimeout: 10 * time.Second,
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			log.Printf("%s %s: %v", r.Method, r.URL.Path, err)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadGateway)
			_ = json.NewEncoder(w).Encode(map[string]string{"detail": "The model does not answer."})
		},
	}
}

// dialAgain tries thrice: a Service may choose a pod that is just going, and a connection that was not made has asked
// nothing yet.
func dialAgain(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 2 * time.Second}
	for tries := 3; ; tries-- {
		connection, err := dialer.DialContext(ctx, network, address)
		if err == nil || tries == 1 || ctx.Err() != nil {
			return connection, err
		}
	}
}
