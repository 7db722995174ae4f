"""``rolequiz completion``: what makes a shell complete the commands, to be loaded by its start-up file."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from rolequiz.cli.completion import PLACE
from rolequiz.cli.env import Env

Shell = Literal["bash", "zsh"]

BASH = f"""\
_rolequiz() {{
  local IFS=$'\\n' answer
  answer=($({PLACE}=$COMP_CWORD "$1" "${{COMP_WORDS[@]:1}}" 2>/dev/null))
  case ${{answer[0]-}} in
    files) compopt -o filenames; COMPREPLY=($(compgen -f -- "${{COMP_WORDS[COMP_CWORD]#=}}")) ;;
    folders) compopt -o filenames; COMPREPLY=($(compgen -d -- "${{COMP_WORDS[COMP_CWORD]#=}}")) ;;
    *) COMPREPLY=("${{answer[@]:1}}"); COMPREPLY=("${{COMPREPLY[@]%%$'\\t'*}}") ;;
  esac
}}
complete -F _rolequiz rolequiz
"""

ZSH = f"""\
#compdef rolequiz
_rolequiz() {{
  local -a answer words_of
  answer=("${{(@f)$({PLACE}=$((CURRENT - 1)) ${{~words[1]}} "${{(@Q)words[2,-1]}}" 2>/dev/null)}}")
  case ${{answer[1]-}} in
    files) compset -P '--*='; _files ;;
    folders) compset -P '--*='; _files -/ ;;
    *)
      words_of=("${{(@)answer[2,-1]}}")
      words_of=("${{(@)words_of//:/\\\\:}}")
      words_of=("${{(@)words_of//$'\\t'/:}}")
      _describe rolequiz words_of ;;
  esac
}}
compdef _rolequiz rolequiz
"""


def command(ctx: typer.Context, shell: Annotated[Shell, typer.Argument(help="Which shell.")]) -> None:
    """Print what makes a shell complete commands, options, roles, languages and files.

    In ~/.bashrc: eval "$(rolequiz completion bash)"

    In ~/.zshrc, below compinit: eval "$(rolequiz completion zsh)"

    Example: rolequiz completion bash
    """
    env: Env = ctx.obj
    env.stdout.write(BASH if shell == "bash" else ZSH)
