package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func ask(a *app, path string, accept string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.Header.Set("Accept", accept)
	answer := httptest.NewRecorder()
	a.ServeHTTP(answer, request)
	return answer
}

func TestAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		path, accept string
		status       int
		body         string
	}{
		"health":                 {"/healthz", "", 200, "alive"},
		"readiness":              {"/ready", "", 200, "ready"},
		"echo":                   {"/echo/a/b%20c", "", 200, "a/b c\n"},
		"text for curl":          {"/v1?n=7", "*/*", 200, "path     /v1?n=7"},
		"a page for a browser":   {"/", "text/html,*/*", 200, "<!doctype html>"},
		"the page escapes":       {"/<b>", "text/html", 200, "%3cb%3e"},
		"burn":                   {"/burn?seconds=0.01", "", 200, "burned 10ms"},
		"seconds that are words": {"/burn?seconds=long", "", 400, "must be a number"},
		"seconds that never end": {"/unready?seconds=1e9", "", 400, "must be a number"},
		"seconds that are NaN":   {"/burn?seconds=NaN", "", 400, "must be a number"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := ask(newApp("1", "abc", &bytes.Buffer{}), test.path, test.accept)
			if answer.Code != test.status || !strings.Contains(strings.ToLower(answer.Body.String()), strings.ToLower(test.body)) {
				t.Fatalf("%s: %d %q", test.path, answer.Code, answer.Body)
			}
			if answer.Header().Get("X-Instance") != "abc" || answer.Header().Get("X-Version") != "1" {
				t.Fatalf("headers: %v", answer.Header())
			}
		})
	}
}

func TestLogHasTheQuery(t *testing.T) {
	var out bytes.Buffer
	ask(newApp("1", "abc", &out), "/v1?nonce=42", "")
	if !strings.Contains(out.String(), `"GET /v1?nonce=42 HTTP/1.1" 200`) {
		t.Fatal(out.String())
	}
}

func TestUnreadyFailsReadinessOnly(t *testing.T) {
	a := newApp("1", "abc", &bytes.Buffer{})
	ask(a, "/unready?seconds=0.05", "")
	if code := ask(a, "/ready", "").Code; code != 503 {
		t.Fatal("ready:", code)
	}
	if code := ask(a, "/healthz", "").Code; code != 200 {
		t.Fatal("healthz:", code)
	}
	time.Sleep(60 * time.Millisecond)
	if code := ask(a, "/ready", "").Code; code != 200 {
		t.Fatal("ready again:", code)
	}
}

func TestTerminatingServesButIsNotReady(t *testing.T) {
	a := newApp("1", "abc", &bytes.Buffer{})
	a.terminating.Store(true)
	if ready, page := ask(a, "/ready", "").Code, ask(a, "/", "").Code; ready != 503 || page != 200 {
		t.Fatal(ready, page)
	}
}

func TestWedgedAnswersNothing(t *testing.T) {
	a := newApp("1", "abc", &bytes.Buffer{})
	if code := ask(a, "/wedge", "").Code; code != 200 {
		t.Fatal(code)
	}
	server := httptest.NewServer(a)
	defer server.Close()
	soon, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	request, _ := http.NewRequestWithContext(soon, http.MethodGet, server.URL+"/healthz", nil)
	if answer, err := http.DefaultClient.Do(request); err == nil {
		t.Fatal("answered:", answer.Status)
	}
}
