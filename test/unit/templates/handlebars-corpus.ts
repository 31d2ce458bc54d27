/** The data of {@link corpus}; objects are in the order of their keys, since the package loops in the order of insertion. */
export const corpusData = {
  a: { b: { c: 'deep', 'd e': 'spaced' }, list: [1, 2, 3] },
  bool: { no: false, yes: true },
  empty: { list: [], map: {}, nothing: null, text: '', zero: 0 },
  first: 'Ann',
  html: '<b>"&\'</b>',
  last: 'Lee',
  list: ['x', 'y', 'z'],
  long: 'one\ntwo\n',
  map: { k1: 'v1', k2: 'v2' },
  matrix: [
    [1, 2],
    [3, 4],
  ],
  num: 42,
  people: [
    { admin: true, name: 'Kim', tags: ['p', 'q'] },
    { admin: false, name: 'Lou', tags: [] },
    { admin: true, name: 'Pam', tags: ['r'] },
  ],
  uni: 'zażółć 😀',
  zero: 0,
}

/** Templates that give the same here as with the package, apart from what README.md of the engine says. One a line; `⏎` is a line break. */
export const corpus: readonly string[] = `
plain text
{{first}}
{{{first}}}
{{&first}}
{{ first }} {{  last  }}
{{first}}{{last}}
{{html}} {{{html}}} {{&html}}
{{num}} {{zero}} {{bool.yes}} {{bool.no}}
[{{empty.text}}][{{empty.nothing}}][{{empty.zero}}]
{{uni}} ąę {{uni}}
{{a.b.c}}
{{a/b/c}}
{{a.b.[c]}}
{{a.b.[d e]}}
{{a.[b].c}}
{{[first]}}
{{"first"}} {{'last'}}
{{this.first}} {{./first}} {{this/first}}
{{list.[0]}} {{list.[1]}} {{list.[2]}}
{{list.length}} {{people.length}}
{{matrix.[1].[0]}}
{{people.[0].name}} {{people/[2]/name}}
{{people.[0].tags.[1]}}
{{! a comment }}x
{{!-- a comment with }} in it --}}x
{{!}}x
{{!-- --}}x
a {{! c }} b
a {{~! c ~}} b
\\{{first}} {{first}}
\\\\{{first}}
\\{{first}} \\{{last}}
{ {first} } {first}
{{{{raw}}}} {{first}} {{#if}} {{{{/raw}}}}
{{#if first}}yes{{/if}}
{{#if first}}yes{{else}}no{{/if}}
{{#if empty.text}}yes{{else}}no{{/if}}
{{#if empty.list}}yes{{else}}no{{/if}}
{{#if empty.map}}yes{{else}}no{{/if}}
{{#if empty.nothing}}yes{{else}}no{{/if}}
{{#if zero}}yes{{else}}no{{/if}}
{{#if zero includeZero=true}}yes{{else}}no{{/if}}
{{#if bool.no}}yes{{else}}no{{/if}}
{{#if absent}}yes{{else}}no{{/if}}
{{#if absent.deep.er}}yes{{else}}no{{/if}}
{{#if absent}}a{{else if first}}b{{else}}c{{/if}}
{{#if absent}}a{{else if empty.text}}b{{else if last}}c{{else}}d{{/if}}
{{#if absent}}a{{else if absent}}b{{/if}}
{{#if absent}}a{{^}}b{{/if}}
{{#if first}}{{#if last}}both{{/if}}{{/if}}
{{#if first}}{{#if absent}}x{{else}}inner{{/if}}{{else}}outer{{/if}}
{{#unless first}}no{{/unless}}
{{#unless absent}}absent{{/unless}}
{{#unless absent}}absent{{else}}present{{/unless}}
{{#unless first}}a{{else if last}}b{{/unless}}
{{#unless zero includeZero=true}}a{{else}}b{{/unless}}
{{#if absent}}a{{else unless last}}b{{else}}c{{/if}}
{{#if absent}}a{{else with a}}{{b.c}}{{/if}}
{{#if absent}}a{{else each list}}{{this}}{{/if}}
{{#each list}}{{this}}{{/each}}
{{#each list}}{{.}}{{/each}}
{{#each list}}{{@index}}{{/each}}
{{#each list}}{{@key}}{{/each}}
{{#each list}}{{@first}}{{@last}},{{/each}}
{{#each list}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}
{{#each list}}{{#if @first}}[{{/if}}{{this}}{{#if @last}}]{{/if}}{{/each}}
{{#each empty.list}}x{{else}}none{{/each}}
{{#each empty.map}}x{{else}}none{{/each}}
{{#each empty.nothing}}x{{else}}none{{/each}}
{{#each absent}}x{{else}}none{{/each}}
{{#each map}}{{@key}}={{this}};{{/each}}
{{#each map}}{{@index}}{{@first}}{{@last}};{{/each}}
{{#each people}}{{name}} {{/each}}
{{#each people}}{{name}}{{#if admin}}*{{/if}} {{/each}}
{{#each people}}{{this.name}}/{{./name}} {{/each}}
{{#each people}}{{name}}:{{#each tags}}{{this}}{{else}}-{{/each}} {{/each}}
{{#each people}}{{#each tags}}{{../name}}.{{this}} {{/each}}{{/each}}
{{#each people}}{{#each tags}}{{@../index}}{{@index}} {{/each}}{{/each}}
{{#each people}}{{../first}} {{/each}}
{{#each people}}{{#each tags}}{{../../first}} {{/each}}{{/each}}
{{#each people}}{{#if admin}}{{../first}}{{/if}} {{/each}}
{{#each people}}{{@root.first}} {{/each}}
{{#each people}}{{#with this}}{{name}}{{../first}}{{/with}}{{/each}}
{{#each matrix}}{{#each this}}{{this}}{{/each}};{{/each}}
{{#each matrix}}{{#each .}}{{@../index}}{{@index}}={{.}} {{/each}}{{/each}}
{{#each list as |item|}}{{item}}{{/each}}
{{#each list as |item i|}}{{i}}{{item}}{{/each}}
{{#each map as |value key|}}{{key}}:{{value}} {{/each}}
{{#each people as |p|}}{{p.name}} {{/each}}
{{#each people as |p i|}}{{#each p.tags as |t j|}}{{i}}{{j}}{{p.name}}{{t}} {{/each}}{{/each}}
{{#each people as |first|}}{{first.name}}{{this.name}}{{@root.first}}{{/each}}
{{#each people as |first|}}{{../first}} {{/each}}
{{#with a}}{{b.c}}{{/with}}
{{#with a.b}}{{c}}{{/with}}
{{#with a}}{{#with b}}{{c}}{{../../first}}{{/with}}{{/with}}
{{#with a as |x|}}{{x.b.c}}{{b.c}}{{/with}}
{{#with first as |name|}}{{name}}{{this}}{{/with}}
{{#with empty.text}}x{{else}}none{{/with}}
{{#with empty.list}}x{{else}}none{{/with}}
{{#with zero}}x{{this}}{{else}}none{{/with}}
{{#with absent}}x{{else}}none{{/with}}
{{#with absent}}x{{else with a}}{{b.c}}{{/with}}
{{#with empty.map}}x{{else}}none{{/with}}
{{#a}}{{b.c}}{{/a}}
{{#a.b}}{{c}}{{/a.b}}
{{#list}}{{this}}{{/list}}
{{#list}}{{@index}}{{@last}}{{/list}}
{{#people}}{{name}} {{/people}}
{{#empty.list}}x{{else}}none{{/empty.list}}
{{#bool.yes}}{{first}}{{/bool.yes}}
{{#bool.no}}x{{else}}no{{/bool.no}}
{{#absent}}x{{else}}none{{/absent}}
{{#zero}}[{{this}}]{{else}}none{{/zero}}
{{#empty.text}}[{{this}}]{{else}}none{{/empty.text}}
{{^absent}}none{{/absent}}
{{^first}}none{{/first}}
{{^empty.list}}none{{/empty.list}}
{{^absent}}none{{else}}some{{/absent}}
{{lookup map "k1"}}
{{lookup list 1}}
{{lookup list "2"}}
{{lookup a.list 0}}
{{lookup (lookup a "b") "c"}}
{{#each list}}{{lookup ../list @index}}{{/each}}
{{#each a.list}}{{lookup ../list @index}}{{/each}}
{{#if (lookup map "absent")}}x{{else}}none{{/if}}
{{#with (lookup people 0)}}{{name}}{{/with}}
{{#each (lookup people 0)}}{{@key}} {{/each}}
{{upper first}}
{{upper (lower first)}}
{{upper "a b"}} {{upper 'it"s'}}
{{upper a.b.c}}
{{cat first last}}
{{cat first "literal" last}}
{{cat num true 1.5 -2}}
{{cat (upper first) (lower last)}}
{{cat (cat first last) (cat "x" (upper "y"))}}
{{#if (eq first "Ann")}}same{{else}}other{{/if}}
{{#if (eq first "Bob")}}same{{else}}other{{/if}}
{{#if (eq num 42)}}same{{else}}other{{/if}}
{{#if (not absent)}}absent{{/if}}
{{#unless (eq first last)}}differ{{/unless}}
{{#each people}}{{#if (eq name "Lou")}}found {{@index}}{{/if}}{{/each}}
{{#each people}}{{upper name}}{{cat ../first name}} {{/each}}
{{#each list}}{{cat @index this}};{{/each}}
{{#each list}}{{#if (eq @index 1)}}{{this}}{{/if}}{{/each}}
{{default "d" absent}}
{{default "d" first}}
{{default "d" empty.text}}
{{#with (default a absent)}}{{b.c}}{{/with}}
a {{~first}} b
a {{first~}} b
a {{~first~}} b
a {{~{first}~}} b
a {{~#if first~}} b {{~/if~}} c
a {{#if first~}} b {{~else~}} c {{~/if}} d
a {{#if absent~}} b {{~else~}} c {{~/if}} d
{{#each list~}} {{this}} {{~/each}}
{{#each list}}⏎  {{this}}⏎{{/each}}⏎end
{{#each list}}{{this}}⏎{{/each}}
a⏎{{#if first}}⏎b⏎{{/if}}⏎c⏎
a⏎  {{#if first}}  ⏎  b⏎  {{/if}}  ⏎c⏎
a⏎{{#if absent}}⏎b⏎{{else}}⏎c⏎{{/if}}⏎d
a⏎{{! comment }}⏎b
a⏎  {{!-- comment --}}  ⏎b
a {{! comment }}⏎b
⏎{{#if first}}⏎{{/if}}⏎
{{#if first}}⏎b⏎{{/if}}
{{#if first}} ⏎ b ⏎ {{/if}} ⏎
{{#if first}} b⏎{{/if}}
x{{#if first}}⏎b⏎{{/if}}y
a⏎{{first}}⏎b
  {{first}}  ⏎  {{last}}
a⏎{{~first~}}⏎b
{{#each people}}⏎- name: {{name}}⏎  tags:⏎  {{#each tags}}⏎  - {{this}}⏎  {{/each}}⏎{{/each}}⏎
{{#with a}}⏎{{#with b}}⏎{{c}}⏎{{/with}}⏎{{/with}}⏎
{{#if absent}}⏎a⏎{{else if first}}⏎b⏎{{else}}⏎c⏎{{/if}}⏎
{{^absent}}⏎none⏎{{/absent}}⏎
{{long}}{{#if long}}⏎x⏎{{/if}}
url=postgres://{{first}}:{{last}}@db:5432/{{a.b.c}}?x={{num}}
{"user":"{{first}}","pass":"{{last}}"}
{ "a": { "b": "{{first}}" } }
[default]⏎user = {{first}}⏎{{#each map}}⏎{{@key}} = {{this}}⏎{{/each}}⏎
{{#if bool.yes}}{{#each list}}{{#if @first}}{{#with ../a}}{{b.c}}{{../this}}{{/with}}{{/if}}{{/each}}{{/if}}
{{#each people}}{{#if admin}}{{#each tags}}{{#unless @first}},{{/unless}}{{.}}{{/each}}{{else}}({{name}}){{/if}}{{/each}}
{{@root.a.b.c}} {{@root.first}}
{{#with @root}}{{first}}{{/with}}
{{#each @root.list}}{{this}}{{/each}}
{{#with (lookup @root "map")}}{{k1}}{{/with}}
`
  .trim()
  .split('\n')
  .map((line) => line.replaceAll('⏎', '\n').replaceAll('\\\\', '\\'))
