package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func ask(t *testing.T, model, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	made, err := newSite(model, "page")
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	made.ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
	return answer
}

func TestHandsQuestionsOn(t *testing.T) {
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.Method+" "+r.URL.Path+" "+string(body))
	}))
	defer model.Close()
	for _, test := range []struct{ method, path, body, want string }{
		{"POST", "/api/predict", `{"petal_width":1}`, `POST /predict {"petal_width":1}`},
		{"GET", "/api/model", "", "GET /model "},
	} {
		if got := ask(t, model.URL, test.method, test.path, test.body).Body.String(); got != test.want {
			t.Errorf("%s %s: %q, want %q", test.method, test.path, got, test.want)
		}
	}
}

func TestSaysThatTheModelIsAway(t *testing.T) {
	answer := ask(t, "http://127.0.0.1:1", "POST", "/api/predict", "{}")
	if answer.Code != http.StatusBadGateway || !strings.Contains(answer.Body.String(), "does not answer") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}

func TestServesThePageAndNothingFromElsewhere(t *testing.T) {
	answer := ask(t, "http://model", "GET", "/", "")
	if answer.Code != http.StatusOK || strings.Contains(answer.Body.String(), "://") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
	if got := answer.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'") {
		t.Errorf("policy %q", got)
	}
}

func TestRefusesAnAddressThatIsNone(t *testing.T) {
	if _, err := newSite("model", "page"); err == nil {
		t.Error("want an error")
	}
}
