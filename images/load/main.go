// Command load puts constant traffic on a URL until it is told to end, and then prints as one line of JSON what
// fortio counted. `load stop` tells the one that is process 1 of its container to end.
//
// Fortio's own command is not used, since it brings a script language along.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"fortio.org/fortio/fhttp"
	"fortio.org/log"
)

// report is what labctl reads; code -1 is a request that got no answer.
type report struct {
	Codes     map[int]int64 `json:"codes"`
	StartedAt time.Time     `json:"startedAt"`
	Duration  time.Duration `json:"durationNs"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run() error {
	flags := flag.NewFlagSet("load", flag.ContinueOnError) // fortio adds its own to the common set
	perSecond := flags.Float64("per-second", 50, "requests a second")
	threads := flags.Int("threads", 8, "requests under way at the same time, at most")
	limit := flags.Duration("limit", 10*time.Minute, "ends by itself after this long")
	timeout := flags.Duration("timeout", 3*time.Second, "for one request")
	if err := flags.Parse(os.Args[1:]); err != nil {
		return err
	}
	switch {
	case flags.NArg() != 1:
		return fmt.Errorf("want one URL, or stop; got %q", flags.Args())
	case flags.Arg(0) == "stop":
		return syscall.Kill(1, syscall.SIGINT) // fortio's runner ends on it
	}
	log.SetLogLevelQuiet(log.Critical)
	options := fhttp.HTTPRunnerOptions{AllowInitialErrors: true}
	options.URL = flags.Arg(0)
	options.DisableKeepAlive = true
	options.HTTPReqTimeOut = *timeout
	options.QPS = *perSecond
	options.NumThreads = *threads
	options.Duration = *limit
	options.Uniform = true
	options.NoCatchUp = true
	options.Out = io.Discard
	fmt.Fprintf(os.Stderr, "load: %g requests a second to %s\n", *perSecond, options.URL)
	result, err := fhttp.RunHTTPTest(&options)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(report{result.RetCodes, result.StartTime, result.ActualDuration})
}
