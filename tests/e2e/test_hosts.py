"""Commands on several hosts and on one: names on results, hosts that fail, exit statuses, bytes, standard input."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.user import User
from tests.screen import screen
from tests.sshd import SshdFarm, free_port

LS = shutil.which("ls") or "/bin/ls"


class TestSeveralHosts:
    def test_results_are_labelled_for_people_and_carry_their_host(self, user: User) -> None:
        said = user.runs("Invoke-Command -ComputerName web01,web02 { basename $HOME }")
        assert sorted(said.splitlines()) == ["web01: web01", "web02: web02"]
        said = user.runs("Invoke-Command web[01-02] { basename $HOME } -HideComputerName")
        assert sorted(said.splitlines()) == ["web01", "web02"]
        said = user.runs('Invoke-Command web01,web02 { basename $HOME } | % { "$($_.ComputerName) = $_" }')
        assert sorted(said.splitlines()) == ["web01 = web01", "web02 = web02"]

    def test_results_come_as_they_come(self, user: User) -> None:
        text = "Invoke-Command web01,web02 { case $HOME in *web01) sleep 2;; esac; echo here } | % ComputerName"
        assert user.runs(text) == "web02\nweb01\n"

    def test_the_exit_status_is_the_largest(self, user: User) -> None:
        said = user.says("-c", "Invoke-Command web01,web02 { case $HOME in *web01) exit 3;; *) exit 2;; esac }")
        assert (said.out, said.status) == ("", 3)
        assert "exit status 3 on web01" in said.err
        assert "exit status 2 on web02" in said.err

    def test_a_host_that_fails_is_one_error_and_the_others_go_on(self, user: User) -> None:
        closed = f"127.0.0.1:{free_port()}"
        said = user.says("-c", f"Invoke-Command nowhere.invalid,{closed},web01 {{ echo in }}")
        assert (said.out, said.status) == ("web01: in\n", 255)
        assert said.err.count("nowhere.invalid: name not found") == 1
        assert said.err.count(f"{closed}: connection refused") == 1

    def test_no_login_is_named(self, farm: SshdFarm, user: User) -> None:
        config = user.home / "config"
        config.write_text(farm.ssh_config.read_text().replace(str(farm.identity), str(farm.strange_identity)))
        config.chmod(0o600)
        user.ssh_config = config
        said = user.says("-c", "Invoke-Command web01 { echo in }")
        assert (said.out, said.status) == ("", 255)
        assert "authentication failed" in said.err

    def test_errors_are_records(self, user: User) -> None:
        text = """
        Invoke-Command web01,nowhere.invalid { echo in } -ErrorAction SilentlyContinue
        $Error[0].Host; $Error.Count
        try { Invoke-Command nowhere.invalid { echo in } -ErrorAction Stop } catch { "caught $($_.Category)" }
        """
        said = user.says("-c", text)
        assert said.out == "web01: in\nnowhere.invalid\n1\ncaught ConnectionError\n"

    def test_as_job_with_a_host_that_fails(self, user: User) -> None:
        text = "$j = Invoke-Command web01,nowhere.invalid { echo in } -AsJob | Wait-Job; $j.State; $j.StatusMessage"
        said = user.says("-c", text)
        assert said.out.startswith("Failed\nnowhere.invalid: ")
        said = user.says("-c", "Receive-Job 1")
        assert (said.out, said.status) == ("web01: in\n", 255)
        assert "name not found" in said.err
        assert user.runs("(Get-Job 1.1).State") == "Completed\n"

    def test_the_throttle_limit_holds(self, farm: SshdFarm, user: User) -> None:
        meet = user.home / "meet"
        meet.mkdir()
        script = f"mkdir {meet}/here || exit 9; sleep 0.3; rmdir {meet}/here"
        user.runs(f"Invoke-Command web[01-04] {{ {script} }} -ThrottleLimit 1")
        said = user.says("-c", f"Invoke-Command web[01-04] {{ {script} }} -AsJob -ThrottleLimit 1 | Receive-Job -Wait")
        assert said == ("", "", 0)

    def test_jobsh_code_runs_at_each_host(self, farm: SshdFarm, user: User) -> None:
        said = user.runs('Invoke-Command web01,web02 { Get-Location; $x = hostname; "n $(1 + 1)" }')
        homes = [f"{host}: {farm.home(n)}" for n, host in ((1, "web01"), (2, "web02"))]
        assert sorted(said.splitlines()) == sorted([*homes, "web01: n 2", "web02: n 2"])


class TestOneHost:
    def test_bytes_arrive_untouched(self, user: User) -> None:
        done = user.run_bytes("-c", f"Invoke-Command -ComputerName web01 {{ cat {LS} }}")
        assert done.stdout == Path(LS).read_bytes()
        assert (done.stderr, done.returncode) == (b"", 0)

    def test_standard_input_is_the_commands(self, user: User) -> None:
        data = os.urandom(300_000)
        done = user.run_bytes("-c", "Invoke-Command -ComputerName web01 { cat }", given=data)
        assert done.stdout == data
        done = user.run_bytes("-c", "Invoke-Command web01 { head -c 5 }", given=data)
        assert (done.stdout, done.returncode) == (data[:5], 0)

    def test_the_pipeline_and_input_object_are_its_input(self, user: User) -> None:
        assert user.runs("seq 3 | Invoke-Command web01 { tac }") == "3\n2\n1\n"
        assert user.runs("Invoke-Command web01 { cat } -InputObject a, 2") == "a\n2\n"
        assert sorted(user.runs("1, 2 | Invoke-Command web01,web02 { wc -l }").splitlines()) == ["web01: 2", "web02: 2"]

    def test_its_output_goes_on_through_local_programs(self, user: User) -> None:
        assert user.runs(f"Invoke-Command web01 {{ cat {LS} }} | cmp - {LS} && echo same") == "same\n"

    def test_a_reader_that_goes_away_ends_it_quietly(self, user: User) -> None:
        command = user.command("-c", "Invoke-Command web01 { yes }")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=user.environment) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline() == b"y\n"
            process.stdout.close()
            assert process.stderr.read() == b""
            process.wait(60)
        assert user.runs("Invoke-Command web01 { yes } | head -n 2") == "y\ny\n"
        assert user.runs("Invoke-Command web01 { yes } | Select-Object -First 1") == "y\n"

    @pytest.mark.parametrize("status", [0, 3, 255])
    def test_the_exit_status_passes_through(self, user: User, status: int) -> None:
        said = user.says("-c", f"Invoke-Command web01 {{ exit {status} }}")
        assert said == ("", "", status)

    def test_stderr_is_stderr(self, user: User) -> None:
        said = user.says("-c", "Invoke-Command web01 { echo out; echo err >&2 }")
        assert said == ("out\n", "err\n", 0)
        assert user.runs("Invoke-Command web01 { echo err >&2 } 2> $null") == ""

    def test_values_arrive_unchanged_and_are_never_evaluated(self, user: User) -> None:
        value = "a 'b' \"c\" $(touch pwned) `x`; \\n * ü"
        text = f'$v = @\'\n{value}\n\'@\nInvoke-Command web01 {{ printf %s "$1" "$using:v" }} -ArgumentList $v'
        assert user.runs(text) == value + value

    def test_localhost_needs_no_sshd(self, user: User) -> None:
        user.ssh_config = user.home / "none"
        user.ssh_config.write_text(f"Host *\nPort {free_port()}\n")
        assert user.runs("Invoke-Command -ComputerName localhost { echo $((6 * 7)) }") == "42\n"

    def test_an_unknown_host_key_is_refused_with_what_to_do(self, farm: SshdFarm, user: User) -> None:
        known = user.home / "known"
        user.ssh_config = farm.config_with(f"Host *\nUserKnownHostsFile {known}\n", user.home / "config")
        said = user.says("-c", "Invoke-Command web01 { echo in }")
        assert (said.out, said.status) == ("", 255)
        assert "host key unknown" in said.err
        assert "SHA256:" in said.err
        assert not known.exists()

    def test_an_unknown_host_key_is_asked_for_once_at_the_prompt(self, farm: SshdFarm, user: User) -> None:
        known = user.home / "known"
        user.ssh_config = farm.config_with(f"Host *\nUserKnownHostsFile {known}\n", user.home / "config")
        with screen(user.command(), user.environment, str(user.home)) as prompt:
            prompt.wait_line("jobsh ~>")
            prompt.enter("Invoke-Command web01 { echo no | tr no in }")
            prompt.wait_for("SHA256:")
            prompt.enter("yes")
            prompt.wait_for("\nin\njobsh ~>")
            prompt.enter("Invoke-Command web01 { echo again }")
            prompt.wait_for("\nagain\njobsh ~>")
        assert farm.address(1) in known.read_text()
        assert user.runs("Invoke-Command web01 { echo in }") == "in\n"

    def test_a_changed_host_key_is_refused(self, farm: SshdFarm, user: User) -> None:
        known = user.home / "known"
        known.write_text(farm.known_hosts_line(farm.address(1), farm.other_host_key))
        config = f"Host *\nUserKnownHostsFile {known}\nStrictHostKeyChecking no\n"
        user.ssh_config = farm.config_with(config, user.home / "config")
        said = user.says("-c", "Invoke-Command web01 { echo in }")
        assert (said.out, said.status) == ("", 255)
        assert "host key changed" in said.err

    def test_user_and_port_in_the_name(self, farm: SshdFarm, user: User) -> None:
        name = f"{farm.user}@{farm.address(3)}:{farm.port}"
        assert user.runs(f"Invoke-Command {name} {{ basename $HOME }}") == "web03\n"

    def test_a_file_and_an_interpreter(self, user: User) -> None:
        (user.home / "s.sh").write_text('echo "$1 at $(basename $HOME)"\n')
        assert user.runs("Invoke-Command web01 -FilePath s.sh -ArgumentList x") == "x at web01\n"
        assert user.runs("Invoke-Command web01 -Interpreter python3 { print(6 * 7) }") == "42\n"
        (user.home / "code.jsh").write_text('param($n)\n"$n $(Get-Location)"\n')
        assert user.runs("Invoke-Command web01 -FilePath code.jsh -ArgumentList x").startswith("x ")
