import type { HostileTemplate } from './hostile-template.ts'

type Attack = readonly [what: string, template: string, gives?: string]

/** Probes of other template languages, which are text here. */
const FOREIGN: readonly string[] = [
  '${7*7}',
  '#{7*7}',
  '<%= 7*7 %>',
  '<%= process.env %>',
  '${T(java.lang.Runtime).getRuntime().exec("id")}',
  '#set($e="e")$e.getClass().forName("java.lang.Runtime")',
  '<#assign ex="freemarker.template.utility.Execute"?new()>${ex("id")}',
  '{% import os %}{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}',
  '{php}echo `id`;{/php}',
  '@(1+2)',
  '*{7*7}',
  '[[${7*7}]]',
  '<script>alert(1)</script>',
  '$(id)`id`',
  '%{(#a=@java.lang.Runtime@getRuntime())}',
]

/** What reaches the host in other languages or in other hosts of these two: none of it exists. */
const BOTH: readonly Attack[] = [
  ['arithmetic of Jinja', '{{7*7}}'],
  ['classes of Python', "{{''.__class__.__mro__[2].__subclasses__()}}"],
  ['globals of Jinja', '{{self.__init__.__globals__.__builtins__}}'],
  ['configuration of Flask', '{{config.items()}}'],
  ['request of Flask', '{{request.application.__globals__}}'],
  ['filters of Twig', '{{_self.env.registerUndefinedFilterCallback("exec")}}'],
  ['map of Twig', '{{["id"]|map("system")|join}}'],
  ['range of Nunjucks', '{{range.constructor("return global.process")()}}'],
  ['cycler of Jinja', '{{cycler.__init__.__globals__.os.popen("id").read()}}'],
  ['angular', '{{constructor.constructor("alert(1)")()}}'],
  ['process', '{{process.env.HOME}}'],
  ['globalThis', '{{globalThis.process.mainModule.require "fs"}}'],
  ['require', '{{require "child_process"}}'],
  ['import', '{{import "fs"}}'],
  ['eval', '{{eval "1+1"}}'],
  ['the environment (sprig, left out by External Secrets)', '{{env "HOME"}}'],
  ['the environment in a text (sprig, left out by External Secrets)', '{{expandenv "$HOME"}}'],
  ['names asked of DNS (CVE-2026-34984, GHSA-r2pg-r6h7-crf3)', '{{getHostByName "attacker.example"}}'],
  ['Secrets of other namespaces (GHSA-77v3-r3jw-j2v2)', '{{getSecretKey "name" "namespace" "key"}}'],
  ['a file of Helm', '{{readFile "/etc/passwd"}}'],
  ['files of Helm', '{{Files.Get "/etc/passwd"}}'],
  ['glob of Helm', '{{glob "/**"}}'],
  ['another template from a value (tpl of Helm)', '{{tpl "{{.user}}" .}}'],
  ['another template by name (include of Helm)', '{{include "a" .}}'],
  ['a command', '{{exec "id"}}'],
  ['a shell', '{{shell "id"}}'],
  ['a URL', '{{httpGet "http://169.254.169.254/"}}'],
  ['data sources of gomplate', '{{datasource "x"}}'],
  ['secrets of consul-template', '{{secret "secret/data/x"}}'],
  ['keys of consul-template', '{{key "x"}}'],
]

const GO: readonly Attack[] = [
  ['a method of the data', '{{.System "id"}}'],
  ['a function in the data', '{{call .user "id"}}'],
  ['call of a function by name', '{{call upper "a"}}'],
  ['a method of a text', '{{.user.String}}'],
  ['a method of a list', '{{(list 1).Len}}'],
  ['a field that is not exported', '{{(now).wall}}'],
  ['methods of a time that answer functions', '{{(now).Location.String.Foo}}'],
  ['a template of the host', '{{template "template.html"}}'],
  ['a template by a computed name', '{{template .user}}'],
  ['files of Helm under the dot', '{{.Files.Get "/etc/passwd"}}'],
  ['values of Helm', '{{.Values.password}}'],
  ['another definition of the main template', '{{define "template"}}x{{end}}{{template "template" .}}'],
  ['lookup of Helm', '{{lookup "v1" "Secret" "ns" "name"}}'],
  ['a value as a template', '{{print "{{.user}}"}}', '{{.user}}'],
  ['delimiters in a value', '{{"{{"}}.user{{"}}"}}', '{{.user}}'],
  ['values in a comparison that fails', '{{eq (list .password) (dict)}}'],
  ['values in another comparison that fails', '{{ne (dict .password 1) (list .doc)}}'],
  ['numbers in a slice that fails', '{{slice "abc" (atoi .n)}}'],
  ['numbers in a slice whose order is wrong', '{{slice (repeat 10 "a") 7 (sub (atoi .n) 7301990 | int)}}'],
  ['a value that fail says', '{{fail .password}}'],
  ['a value that is a key', '{{(dict .password 1).nope}}'],
  ['a variable of another definition', '{{$x := .password}}{{define "a"}}{{$x}}{{end}}{{template "a" .}}'],
  ['the length of a function', '{{len call}}'],
  ['%T of a value', '{{printf "%T %T" .user (dict)}}', 'string map[string]interface {}'],
  ['the address of a map', '{{printf "%p" (dict)}}', '%!p(map[string]interface {}=map[])'],
]

const HANDLEBARS: readonly Attack[] = [
  [
    'constructor through lookup (CVE-2019-19919, GHSA-w457-6q6x-cgp9)',
    '{{#with "s" as |string|}}{{#with "e"}}{{#with split as |conslist|}}{{this.pop}}{{this.push (lookup string.sub "constructor")}}{{/with}}{{/with}}{{/with}}',
  ],
  [
    'lookup without a check (CVE-2019-20920, GHSA-3cqr-58rm-57f8)',
    '{{#with (lookup (lookup this "constructor") "name")}}{{this}}{{/with}}',
  ],
  ['pollution through a template (GHSA-g9r4-xpmj-mj65)', '{{#with (lookup this "__proto__")}}{{this.polluted}}{{/with}}'],
  ['pollution by __defineGetter__ (GHSA-q42p-pg8m-cqh6)', '{{__defineGetter__ "polluted" upper}}'],
  [
    'code through helperMissing (GHSA-2cf5-4w76-r9qv)',
    '{{#with this as |obj|}}{{#with (helperMissing obj "x")}}{{this}}{{/with}}{{/with}}',
  ],
  ['code through blockHelperMissing (GHSA-q2c6-c6pm-g3gh)', '{{blockHelperMissing "a" (lookup this "constructor")}}'],
  [
    'helpers as data (CVE-2021-23369, GHSA-f2jv-r9rf-7988)',
    '{{#with (__lookupGetter__ "__proto__")}}{{this.constructor}}{{/with}}',
  ],
  ['compat mode (CVE-2021-23383, GHSA-765h-qjxv-5f44)', '{{#with this as |data|}}{{lookup data "constructor"}}{{/with}}'],
  ['a tree for a text (GHSA-2w6w-674q-4c4q)', '{{> (fromJson doc)}}'],
  ['a tree for a text through @partial-block (GHSA-3mfm-83xf-c92r)', '{{#> @partial-block}}{{/@partial-block}}'],
  ['a tree for a name (GHSA-xhpv-hc6g-r9c6)', '{{> (lookup this "doc")}}'],
  ['names in precompiled code (GHSA-xjpj-3mr7-gcpf)', '{{[user"];process.exit();//]}}'],
  ['a decorator that is none (GHSA-9cx6-37pm-9jff)', '{{*nope}}'],
  ['a partial from a prototype (CVE-2026-33916)', '{{> constructor}}'],
  [
    'attributes without quotes (CVE-2015-8861, GHSA-9prh-257w-9277): nothing is HTML here',
    '<a href={{print "x=y"}}>',
    '<a href=x=y>',
  ],
  ['a value that fail says', '{{fail password}}'],
  ['a value that is a key', '{{lookup (dict password 1) "nope"}}'],
  ['values in a comparison that fails', '{{ne (list password) (dict)}}'],
  ['an inline partial', '{{#*inline "x"}}{{user}}{{/inline}}{{> x}}'],
  ['@root', '{{@root.constructor}}'],
  ['private data', '{{@_parent}}'],
  ['exec by constructor', '{{#with this}}{{constructor.constructor "return process"}}{{/with}}'],
  ['log', '{{log password}}'],
  ['a value as a template', '{{cat "{{user}}"}}', '{{user}}'],
  ['up beyond the root', '{{../../user}}'],
]

function cases(language: HostileTemplate['language'], attacks: readonly Attack[]): readonly HostileTemplate[] {
  return attacks.map(([what, template, gives]) => ({
    language,
    what,
    template,
    ends: 'as said',
    ...(gives !== undefined && { gives }),
  }))
}

export const hostileInjections: readonly HostileTemplate[] = [
  ...cases('go', [...FOREIGN.map((probe): Attack => ['a probe', probe, probe]), ...BOTH, ...GO]),
  ...cases('handlebars', [...FOREIGN.map((probe): Attack => ['a probe', probe, probe]), ...BOTH, ...HANDLEBARS]),
]
