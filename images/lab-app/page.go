package main

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"os"
	"strings"
)

//go:embed page.html
var files embed.FS

var pageTemplate = template.Must(template.ParseFS(files, "page.html"))

// page shows who answers: as HTML to a browser, as text to everyone else.
func (a *app) page(w http.ResponseWriter, r *http.Request) {
	hostname, _ := os.Hostname()
	shown := struct{ Version, Instance, Pod, Host, Path string }{a.version, a.instance, hostname, r.Host, r.URL.RequestURI()}
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		say(w, http.StatusOK, fmt.Sprintf("lab-app version %s\ninstance %s\npod      %s\nhost     %s\npath     %s",
			shown.Version, shown.Instance, shown.Pod, shown.Host, shown.Path))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := pageTemplate.Execute(w, shown); err != nil {
		a.log.Println("page:", err)
	}
}
