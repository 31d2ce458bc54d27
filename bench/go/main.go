// Renders a template with text/template and sprig, as External Secrets does, and prints two medians in milliseconds: of a render that
// parses the text each time, and of a render of what was parsed once. The first argument is the template, the second its data (JSON), the
// third what it must give.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

const (
	rounds        = 9
	rendersARound = 500
)

func main() {
	text := string(read(os.Args[1]))
	var data map[string]string
	check(json.Unmarshal(read(os.Args[2]), &data))
	wanted := read(os.Args[3])

	functions := sprig.TxtFuncMap()
	functions["toYaml"] = toYaml
	functions["fromJson"] = fromJson

	parse := func() *template.Template {
		return template.Must(template.New("bench").Option("missingkey=error").Funcs(functions).Parse(text))
	}
	render := func(parsed *template.Template) []byte {
		var out bytes.Buffer
		check(parsed.Execute(&out, data))
		return out.Bytes()
	}

	parsed := parse()
	if !bytes.Equal(render(parsed), wanted) {
		check(fmt.Errorf("the result is not what is wanted"))
	}
	fmt.Printf("%.6f %.6f\n", median(func() { render(parse()) }), median(func() { render(parsed) }))
}

// median gives the milliseconds of one run of work.
func median(work func()) float64 {
	times := make([]float64, rounds)
	for round := range times {
		start := time.Now()
		for i := 0; i < rendersARound; i++ {
			work()
		}
		times[round] = float64(time.Since(start).Nanoseconds()) / 1e6 / rendersARound
	}
	sort.Float64s(times)
	return times[rounds/2]
}

// toYaml and fromJson are External Secrets' own functions.
func toYaml(value any) string {
	text, err := yaml.Marshal(value)
	if err != nil {
		return ""
	}
	return string(bytes.TrimSuffix(text, []byte("\n")))
}

func fromJson(text string) (any, error) {
	var value any
	err := json.Unmarshal([]byte(text), &value)
	return value, err
}

func read(file string) []byte {
	content, err := os.ReadFile(file)
	check(err)
	return content
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
