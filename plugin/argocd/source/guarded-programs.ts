import { SecretError } from '../../model/secret-error.ts'

/**
 * What kustomize finds as `git`. It hands the ref of a remote base over where git reads options too, and `--upload-pack=COMMAND` there runs a command.
 * Only the calls that kustomize makes pass (its api/internal/git/cloner.go), and none with a dash where a name belongs.
 */
export function guardedGit(git: string): string {
  return `${HEAD}git=${quoted(git)}
case "$#:$1:$2:$3" in
  1:init::) exec "$git" init ;;
  2:checkout:FETCH_HEAD:) exec "$git" checkout FETCH_HEAD ;;
  4:submodule:update:--init) exec "$git" submodule update --init --recursive ;;
  4:remote:add:origin) case "$4" in -*) refuse ;; esac; exec "$git" remote add origin "$4" ;;
  4:fetch:--depth=1:*) case "$3:$4" in -*|*:-*) refuse ;; esac; exec "$git" fetch --depth=1 "$3" "$4" ;;
esac
refuse
`
}

/**
 * What kustomize finds as `helm` where the administrator lets it inflate charts. A kustomization may name a folder with plugins as the home of helm, and
 * a release name that helm would read as `--post-renderer`: the homes are ours whatever it says, and only the options that kustomize itself uses pass
 * (its api/types/helmchartargs.go).
 */
export function guardedHelm(helm: string, home: Readonly<Record<string, string>>): string {
  const homes = Object.entries(home).map(([name, value]) => `export ${name}=${quoted(value)}\n`)
  return `${HEAD}${homes.join('')}for word in "$@"; do
  case "$word" in
    --generate-name|--namespace|--name-template|-f|--values|--api-versions|--kube-version|--include-crds|--skip-tests|--no-hooks|--devel) ;;
    --short|-c|--client|--untar|--untardir|--repo|--version) ;;
    -*) refuse ;;
  esac
done
case "$1" in template|pull|version) exec ${quoted(helm)} "$@" ;; esac
refuse
`
}

const HEAD = `#!/bin/sh
refuse() { echo "refused: a call that could run what a repository brings" >&2; exit 1; }
`

/** For the shell. Throws SecretError Unavailable for a path that no administrator means. */
function quoted(text: string): string {
  if (/['\n]/.test(text)) throw new SecretError('Unavailable', 'a folder of PATH has a quote or a line break in its name')
  return `'${text}'`
}
