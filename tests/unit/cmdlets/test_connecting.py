"""The parameters that say how hosts are reached: what they make of addresses, and what they refuse before anything connects."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jobsh.cmdlets.new_session import NewSession
from jobsh.errors import HostError, HostErrorCause
from jobsh.model.credential import Credential
from jobsh.model.hosts import HostAddress
from jobsh.model.messages import FanOut, Invoke, OpenSession
from jobsh.model.queries import SessionQuery
from jobsh.model.session import Availability, Session, SessionState
from jobsh.model.session_option import SessionOption
from tests.asynchronous import run
from tests.unit.cmdlets.fakes import FakeContext, FakeEngine, output
from tests.unit.cmdlets.shell import Ran, TestShell

INFINITE = float("inf")


@pytest.fixture
def shell(tmp_path: Path, engine: FakeEngine) -> TestShell:
    return TestShell(tmp_path, engine)


def said(shell: TestShell, text: str) -> Ran:
    return run(shell.run(text))


def ok(shell: TestShell, text: str) -> str:
    ran = said(shell, text)
    assert not ran.errors, ran.errors
    return ran.out


def opened(engine: FakeEngine) -> list[OpenSession]:
    return [request for request in engine.requests if isinstance(request, OpenSession)]


def addresses(shell: TestShell, engine: FakeEngine, words: str) -> list[HostAddress]:
    ok(shell, f"$null = New-Session {words}")
    return [request.address for request in opened(engine)]


def test_sessions_come_in_the_order_of_the_hosts_and_spread_over_variables(shell: TestShell) -> None:
    assert (
        ok(shell, '$a, $b = New-Session -Cn web02, web01; "$($a.ComputerName) $($b.ComputerName)"') == "web02 web01\n"
    )


def test_a_host_twice_is_two_sessions_named_in_order(shell: TestShell) -> None:
    out = ok(shell, "New-Session web01, web01, web01 -Name a, b | % Name")
    assert out == "a\nb\nSession3\n"


def test_without_a_host_it_is_this_machine(shell: TestShell, engine: FakeEngine) -> None:
    ok(shell, "New-Session | Out-Null; @() | New-Session")
    (request,) = opened(engine)
    assert request.address.is_local


def test_a_host_that_fails_leaves_the_others(shell: TestShell, engine: FakeEngine) -> None:
    engine.refuses["web02"] = HostError("web02", HostErrorCause.REFUSED)
    ran = said(shell, "New-Session web01, web02, web03 | % ComputerName")
    assert ran.out == "web01\nweb03\n"
    assert [(e.host, e.category) for e in ran.errors] == [("web02", "ConnectionError")]


class TestOptions:
    def test_each_pair_is_one_of_sshs_options(self, shell: TestShell, engine: FakeEngine) -> None:
        (address,) = addresses(
            shell, engine, "web01 -Options @{Compression=$true; ServerAliveInterval=30; SendEnv='A','B'}"
        )
        assert address.options == (
            ("Compression", "yes"),
            ("ServerAliveInterval", "30"),
            ("SendEnv", "A"),
            ("SendEnv", "B"),
        )

    @pytest.mark.parametrize(
        ("table", "complaint"),
        [
            ("@{'-oProxyCommand'='x'}", "not the name of an ssh option"),
            ("@{'A B'='x'}", "not the name of an ssh option"),
            ('@{User="a`nProxyCommand x"}', "one line only"),
            ("@{User=''}", "no value"),
            ("@{User=$null}", "no value"),
            ("@{LocalForward='1 x:2'}", "forwards nothing"),
            ("Compression", "not a hashtable"),
        ],
    )
    def test_what_is_none_is_refused(self, shell: TestShell, engine: FakeEngine, table: str, complaint: str) -> None:
        ran = said(shell, f"New-Session web01 -Options {table}")
        assert [complaint in error.message for error in ran.errors] == [True], ran
        assert engine.requests == []

    def test_localhost_with_options_is_reached_over_ssh(self, shell: TestShell, engine: FakeEngine) -> None:
        (plain, with_options) = addresses(
            shell,
            engine,
            "localhost -SessionOption @{OpenTimeout=5}; New-Session localhost -Options @{Compression='no'}",
        )
        assert (plain.is_local, with_options.is_local) == (True, False)


class TestWhoLogsIn:
    @pytest.mark.parametrize(
        "words",
        [
            "web01 -UserName '-oProxyCommand=x'",
            "web01 -UserName 'a b'",
            'web01 -UserName "a`nb"',
            "'-oProxyCommand=x'",
            "web01 -Port 70000",
            "web01 -Port -1",
            "web01 -KeyFilePath -oProxyCommand=x",
            "'web01;id'",
            "'-l@web01'",
        ],
    )
    def test_nothing_can_pass_for_an_option(self, shell: TestShell, engine: FakeEngine, words: str) -> None:
        assert said(shell, f"New-Session {words}").status in (1, 2)
        assert engine.requests == []

    def test_the_hosts_own_text_wins(self, shell: TestShell, engine: FakeEngine) -> None:
        first, second, third = addresses(shell, engine, "a@web01:23, web02, [::1]:24 -UserName bob -Port 22")
        assert (first.user, first.host, first.port) == ("a", "web01", 23)
        assert (second.user, second.port) == ("bob", 22)
        assert (third.host, third.port) == ("::1", 24)

    def test_a_domain_is_written_as_ssh_has_it(self, shell: TestShell, engine: FakeEngine) -> None:
        (address,) = addresses(shell, engine, r"web01 -UserName 'CORP\bob'")
        assert address.user == "bob@CORP"

    def test_a_key_file_is_looked_for_before_connecting(self, shell: TestShell, engine: FakeEngine) -> None:
        ran = said(shell, "New-Session web01 -IdentityFilePath no/key")
        assert [e.error_id for e in ran.errors] == ["PathNotFound"]
        assert engine.requests == []
        (shell.directory / "key").touch()
        (address,) = addresses(shell, engine, "web01 -IdentityFilePath key")
        assert address.key_file == str(shell.directory / "key")


class TestTimeLimits:
    @pytest.mark.parametrize(
        ("words", "seconds"),
        [
            ("-ConnectingTimeout 5000", 5.0),
            ("-ConnectingTimeout 5s", 5.0),
            ("-ConnectingTimeout 2m", 120.0),
            ("-ConnectingTimeout -1", INFINITE),
            ("-ConnectingTimeout 0", INFINITE),
            ("-SessionOption @{OpenTimeout=3000}", 3.0),
            ("-SessionOption (New-SessionOption -OpenTimeout 3s)", 3.0),
            ("-ConnectingTimeout 5s -SessionOption @{OpenTimeout=3000}", 5.0),
            ("-Options @{ConnectTimeout=7} -SessionOption @{OpenTimeout=3000}", 0.0),
            ("", 0.0),
        ],
    )
    def test_for_connecting(self, shell: TestShell, engine: FakeEngine, words: str, seconds: float) -> None:
        (address,) = addresses(shell, engine, f"web01 {words}")
        assert address.connect_timeout == seconds

    def test_what_is_explicit_wins_and_the_variable_says_the_rest(self, shell: TestShell, engine: FakeEngine) -> None:
        ok(shell, "$PSSessionOption = @{OpenTimeout='9s'; NoCompression=$true; MaxConnectionRetryCount=2}")
        first, second = addresses(
            shell, engine, "web01 -SessionOption @{OpenTimeout='3s'}; New-Session web02 -Options @{compression='yes'}"
        )
        assert (first.connect_timeout, first.options) == (3.0, (("Compression", "no"),))
        assert (second.connect_timeout, second.options) == (9.0, (("compression", "yes"),))
        assert (first.connect_retries, second.connect_retries) == (2, 2)

    def test_the_other_name_of_the_variable(self, shell: TestShell, engine: FakeEngine) -> None:
        (address,) = addresses(shell, engine, "web01 -SessionOption @{}; $x = 1")
        assert address.options == ()
        ok(shell, "$SessionOption = New-SessionOption -KeepAliveInterval 20s")
        assert addresses(shell, engine, "web02")[-1].options == (("ServerAliveInterval", "20"),)

    def test_the_session_keeps_its_options(self, shell: TestShell, engine: FakeEngine) -> None:
        ok(shell, "$s = New-Session web01 -SessionOption @{IdleTimeout='2h'; OutputBufferingMode='Drop'}")
        ok(shell, "$t = New-Session -Session $s -Name again")
        first, second = opened(engine)
        assert first.option.idle_timeout == 7200
        assert (second.option, second.name, second.address) == (first.option, "again", first.address)

    @pytest.mark.parametrize("table", ["@{Nonsense=1}", "@{IdleTimeout=5}", "@{OpenTimeout='soon'}", "5"])
    def test_a_hashtable_that_is_no_option_is_refused(self, shell: TestShell, engine: FakeEngine, table: str) -> None:
        ran = said(shell, f"New-Session web01 -SessionOption {table}")
        assert [error.message.startswith("-SessionOption: ") for error in ran.errors] == [True]
        assert (ran.status, engine.requests) == (2, [])


class TestSshConnection:
    def test_each_hashtable_is_a_host_with_its_own_way(self, shell: TestShell, engine: FakeEngine) -> None:
        (shell.directory / "key").touch()
        first, second = addresses(
            shell,
            engine,
            "-SSHConnection @{HostName='web01'; UserName='ops'; Port=2222; KeyFilePath='key'; ConnectingTimeout=5000;"
            " Options=@{Compression='yes'}}, @{ComputerName='eve@web02:23'; UserName='ops'}",
        )
        assert first == HostAddress(
            "web01", "web01", "ops", 2222, f"{shell.directory}/key", False, (("Compression", "yes"),), 5.0
        )
        assert (second.user, second.host, second.port) == ("eve", "web02", 23)

    @pytest.mark.parametrize(
        ("table", "complaint"),
        [
            ("@{UserName='ops'}", "needs HostName"),
            ("@{HostName=''}", "HostName is empty"),
            ("@{HostName='web01'; Port=$null}", "Port is empty"),
            ("@{HostName='web01'; Prt=22}", "'Prt' is no key"),
            ("@{HostName='web01'; ComputerName='web02'}", "ComputerName and HostName mean the same"),
            ("@{HostName='web01'; KeyFilePath='a'; IdentityFilePath='b'}", "mean the same"),
            ("@{HostName='web01'; Port=0}", "1 to 65535"),
            ("@{HostName='web01'; Port='x'}", "not a number"),
            ("@{HostName='-oProxyCommand=x'}", "not a host name"),
            ("@{HostName='web01'; UserName='-oProxyCommand=x'}", "not a user name"),
            ("@{HostName='web01'; Options=@{'-x'=1}}", "not the name of an ssh option"),
            ("@{HostName='web01'; Subsystem='powershell'}", "no PowerShell"),
            ("web01", "not a hashtable"),
        ],
    )
    def test_a_wrong_one_is_one_error_before_anything_connects(
        self, shell: TestShell, engine: FakeEngine, table: str, complaint: str
    ) -> None:
        for text in (
            f"New-Session -SSHConnection @{{HostName='db1'}}, {table}",
            f"Invoke-Command -SSHConnection @{{HostName='db1'}}, {table} {{ uptime }}",
        ):
            ran = said(shell, text)
            (error,) = ran.errors
            assert complaint in error.message
            assert (ran.status, engine.requests) == (2, [])

    def test_commands_run_on_them(self, shell: TestShell, engine: FakeEngine) -> None:
        said(shell, "Invoke-Command -SSHConnection @{HostName='web01'}, @{HostName='web02'; Port=23} { uptime }")
        (request,) = engine.requests
        assert isinstance(request, Invoke)
        assert [t.port for t in request.targets if isinstance(t, HostAddress)] == [0, 23]


class TestCredentials:
    def test_who_is_asked_gives_it_to_that_login_only(self, shell: TestShell, engine: FakeEngine) -> None:
        (shell.directory / "pw").write_text("hush\nmore\n")
        (shell.directory / "pw").chmod(0o600)
        ok(shell, "$c = Get-Credential ops -PasswordFile pw; New-Session web01, bob@web02 -Credential $c | Out-Null")
        first, second = opened(engine)
        assert first.credential == second.credential == Credential("ops", "hush")
        assert (first.address.user, second.address.user) == ("ops", "bob")

    def test_for_commands_and_jobs(self, shell: TestShell, engine: FakeEngine) -> None:
        (shell.directory / "pw").write_text("hush")
        (shell.directory / "pw").chmod(0o600)
        said(shell, "$c = Get-Credential ops -PasswordFile pw; Invoke-Command web01 { x } -Credential $c")
        said(shell, "Invoke-Command web01 { x } -Credential $c -AsJob")
        first, second = engine.requests
        assert isinstance(first, Invoke)
        assert isinstance(second, FanOut)
        assert first.credential == second.credential == Credential("ops", "hush")

    def test_a_name_alone_logs_in_with_keys_where_nobody_can_be_asked(
        self, shell: TestShell, engine: FakeEngine
    ) -> None:
        ok(shell, "New-Session web01 -Credential ops | Out-Null")
        (request,) = opened(engine)
        assert (request.address.user, request.credential) == ("ops", Credential("ops"))
        (error,) = said(shell, "Get-Credential ops").errors
        assert error.error_id == "NobodyToAsk"

    def test_a_name_alone_asks_once_for_all_hosts(self, engine: FakeEngine) -> None:
        ctx = FakeContext(engine)
        ctx.is_interactive = True
        ctx.answers = ["hush"]
        call = NewSession(("web01", "web02"), credential=Credential("ops"))
        run(output(call, ctx))
        assert ctx.asked == ["Password for user ops:"]
        assert [request.credential for request in opened(engine)] == [Credential("ops", "hush")] * 2

    def test_a_session_like_another_as_somebody_else(self, shell: TestShell, engine: FakeEngine) -> None:
        ok(shell, "$s = New-Session a@web01; New-Session -Session $s -Credential ops | Out-Null")
        assert [request.address.user for request in opened(engine)] == ["a", "ops"]

    def test_another_user_is_a_contradiction(self, shell: TestShell, engine: FakeEngine) -> None:
        (error,) = said(shell, "New-Session web01 -UserName bob -Credential ops").errors
        assert "not the user of -Credential" in error.message

    def test_a_password_file_is_for_its_owner_only(self, shell: TestShell) -> None:
        (shell.directory / "pw").write_text("hush")
        (shell.directory / "pw").chmod(0o644)
        (error,) = said(shell, "Get-Credential ops -PasswordFile pw").errors
        assert "read by others" in error.message
        (error,) = said(shell, "Get-Credential ops -PasswordFile none").errors
        assert "No such file" in error.message

    @pytest.mark.parametrize(
        "text",
        [
            "$c",
            '"$c"',
            "$c | Format-List *",
            "$c | Format-Table",
            "$c | ConvertTo-Json",
            "$c | ConvertTo-Csv",
            "$c | Out-String",
            "$c.Password",
            "Get-Variable c",
            "$c | Select-Object * | ConvertTo-Json",
            "Write-Host $c",
            "throw $c",
            "New-Session $c",
        ],
    )
    def test_nothing_shows_the_password(self, shell: TestShell, text: str) -> None:
        (shell.directory / "pw").write_text("hush")
        (shell.directory / "pw").chmod(0o600)
        ok(shell, "$c = Get-Credential ops -PasswordFile pw")
        assert "hush" not in str(said(shell, text))
        assert "hush" not in repr(Credential("ops", "hush"))

    def test_no_job_gets_it(self, shell: TestShell, engine: FakeEngine) -> None:
        (shell.directory / "pw").write_text("hush")
        (shell.directory / "pw").chmod(0o600)
        ok(shell, "$c = Get-Credential ops -PasswordFile pw")
        ran = said(shell, "Start-Job { Get-Job; $using:c }")
        assert [e.error_id for e in ran.errors] == ["CredentialNotHandedOver"]
        assert engine.requests == []


class TestEntering:
    def test_by_what_it_is_called(self, shell: TestShell, engine: FakeEngine) -> None:
        ok(shell, "$s = New-Session web01 -Name db")
        instance = next(iter(engine.sessions.values())).instance_id
        for words in ("-Session $s", "-Id 1", "1", "-Name d*", f"-InstanceId {instance}", "$s"):
            ok(shell, f"Enter-Session {words}; Exit-Session")
            assert len(engine.sessions) == 1, words
        ok(shell, "$s | Enter-Session; Exit-Session")

    def test_as_a_host_is_reached(self, shell: TestShell, engine: FakeEngine) -> None:
        ok(shell, "Enter-Session web01 -Options @{Compression='yes'} -ConnectingTimeout 5s; Exit-Session")
        ok(shell, "Enter-Session -SSHConnection @{HostName='web02'; Port=23}; Exit-Session")
        first, second = opened(engine)
        assert (first.address.options, first.address.connect_timeout) == ((("Compression", "yes"),), 5.0)
        assert second.address.port == 23
        assert engine.sessions == {}

    def test_one_that_is_not_open_is_said(self, shell: TestShell, engine: FakeEngine) -> None:
        ok(shell, "$s = New-Session web01")
        (session,) = engine.sessions.values()
        for state in (SessionState.BROKEN, SessionState.CLOSED):
            engine.sessions[session.id] = session.replace(state=state)
            (error,) = said(shell, "Enter-Session $s; throw 'never'").errors
            assert error.error_id == "PushedRunspaceMustBeOpen"
        engine.sessions[session.id] = session.replace(availability=Availability.BUSY)
        ran = said(shell, "Enter-Session $s; Exit-Session")
        assert ["busy" in text for text in ran.said] == [True]

    def test_one_at_a_time(self, shell: TestShell, engine: FakeEngine) -> None:
        ran = said(shell, "Enter-Session -SSHConnection @{HostName='web01'}, @{HostName='web02'}")
        assert "one session can be entered at a time" in ran.errors[0].message
        assert engine.requests == []


class TestSessionsThatCannotRunACommand:
    def test_are_an_error_each_and_the_others_run(self, shell: TestShell, engine: FakeEngine) -> None:
        ok(shell, "$all = New-Session web01, web02, web03")
        first, second, _ = engine.sessions.values()
        engine.sessions[first.id] = first.replace(state=SessionState.DISCONNECTED)
        engine.sessions[second.id] = second.replace(state=SessionState.CLOSED)
        ran = said(shell, "Invoke-Command -Session $all { uptime }")
        assert [e.error_id for e in ran.errors] == ["InvokeCommandCommandInvalidSessionState"] * 2
        assert "Connect-Session" in ran.errors[0].hint
        request = engine.requests[-1]
        assert isinstance(request, Invoke)
        assert request.targets == (3,)

    def test_none_left_ends_the_command(self, shell: TestShell, engine: FakeEngine) -> None:
        ok(shell, "$s = New-Session web01")
        (session,) = engine.sessions.values()
        engine.sessions[session.id] = session.replace(state=SessionState.DISCONNECTED)
        ran = said(shell, "Invoke-Command $s { uptime }")
        assert [e.error_id for e in ran.errors] == ["InvokeCommandCommandInvalidSessionState"]
        assert not any(isinstance(request, Invoke) for request in engine.requests)

    def test_a_job_has_a_child_that_fails(self, shell: TestShell, engine: FakeEngine) -> None:
        ok(shell, "$s = New-Session web01")
        (session,) = engine.sessions.values()
        engine.sessions[session.id] = session.replace(state=SessionState.DISCONNECTED)
        ok(shell, "Invoke-Command $s { uptime } -AsJob | Out-Null")
        assert isinstance(engine.requests[-1], FanOut)


def test_a_session_option_says_how_long_ctrl_c_waits(shell: TestShell, engine: FakeEngine) -> None:
    said(shell, "Invoke-Command web01 { x } -SessionOption @{CancelTimeout='3s'}")
    said(shell, "$s = New-Session web01 -SessionOption @{CancelTimeout='4s'}")
    first, second = engine.requests
    assert isinstance(first, Invoke)
    assert isinstance(second, OpenSession)
    assert (first.cancel_timeout, second.option) == (3.0, SessionOption(cancel_timeout=4.0))


_CONNECTS = ("New-Session", "Enter-Session", "Invoke-Command")
_WSMAN = (
    "Authentication UseSSL ApplicationName ConfigurationName CertificateThumbprint AllowRedirection EnableNetworkAccess"
    " ConnectionUri URI CU VMId VMGuid VMName ContainerId RunAsAdministrator Subsystem"
)


@pytest.mark.parametrize("cmdlet", _CONNECTS)
@pytest.mark.parametrize("name", _WSMAN.split())
def test_what_means_nothing_over_ssh_is_refused_by_name(shell: TestShell, cmdlet: str, name: str) -> None:
    (error,) = said(shell, f"{cmdlet} web01 -{name} x").errors
    assert error.error_id == "ParameterNotInJobsh"
    assert error.hint


def test_what_one_of_them_alone_has_is_refused_too(shell: TestShell) -> None:
    for text in ("New-Session web01 -UseWindowsPowerShell", "Invoke-Command web01 { x } -RemoteDebug"):
        (error,) = said(shell, text).errors
        assert error.error_id == "ParameterNotInJobsh"


@pytest.mark.parametrize("cmdlet", _CONNECTS)
def test_it_is_ssh_always(shell: TestShell, engine: FakeEngine, cmdlet: str) -> None:
    block = "{ x }" if cmdlet == "Invoke-Command" else ""
    (error,) = said(shell, f"{cmdlet} web01 {block} -SSHTransport:$false").errors
    assert "-SSHTransport" in error.message
    assert engine.requests == []
    assert not said(shell, f"{cmdlet} web01 {block} -SSHTransport").errors


def test_a_throttle_limit_of_nothing_is_the_usual_one(shell: TestShell, engine: FakeEngine) -> None:
    for text, limit in (("-ThrottleLimit 0", 32), ("", 32), ("-ThrottleLimit 5", 5)):
        said(shell, f"Invoke-Command web01 {{ x }} {text}")
        request = engine.requests[-1]
        assert isinstance(request, Invoke)
        assert request.throttle_limit == limit
    for cmdlet in ("New-Session web01", "Invoke-Command web01 { x }"):
        assert said(shell, f"{cmdlet} -ThrottleLimit -1").status == 2


def test_no_more_sessions_are_opened_at_a_time_than_the_throttle_limit(tmp_path: Path) -> None:
    class Slow(FakeEngine):
        at_once = most = 0

        async def open_session(self, request: OpenSession) -> Session:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            await asyncio.sleep(0)
            self.at_once -= 1
            return await super().open_session(request)

    engine = Slow(tmp_path)
    ok(TestShell(tmp_path, engine), "New-Session web[01-09] -ThrottleLimit 3 | Out-Null")
    assert engine.most == 3


@pytest.mark.parametrize(
    "text",
    [
        "Invoke-Command -ComputerName @() { 'ran here' }",
        "Invoke-Command @() { 'ran here' }",
        "$none = @(); Invoke-Command $none { 'ran here' }",
        "Invoke-Command $none { 'ran here' }",
        "Invoke-Command -Session @() { 'ran here' }",
        "Invoke-Command -Session $none { 'ran here' }",
        "Invoke-Command -SSHConnection @() { 'ran here' }",
        "$how = @{ComputerName=@()}; Invoke-Command @how { 'ran here' }",
        "Copy-Item a b -ToSession @()",
        "Copy-Item a b -FromSession $none",
        "New-Session @()",
        "New-Session -ComputerName $none",
        "New-Session -Session @()",
    ],
)
def test_no_host_is_not_this_machine(shell: TestShell, engine: FakeEngine, text: str) -> None:
    ran = said(shell, text)
    assert (ran.out, len(ran.errors), engine.requests) == ("", 1, [])


def test_a_preference_that_is_no_option_is_named(shell: TestShell) -> None:
    for value in ("5", "@{Nonsense=1}"):
        (error,) = said(shell, f"$PSSessionOption = {value}; New-Session web01").errors
        assert error.message.startswith("$PSSessionOption: ")


class TestInvokeCommand:
    def test_what_comes_first_is_known_by_its_type(self, shell: TestShell, engine: FakeEngine) -> None:
        said(shell, "$s = New-Session web01; Invoke-Command $s { x }; Invoke-Command web02 { x }")
        in_session, on_host = (request for request in engine.requests if isinstance(request, Invoke))
        assert in_session.targets == (1,)
        assert [t.host for t in on_host.targets if isinstance(t, HostAddress)] == ["web02"]

    def test_a_name_makes_it_a_job(self, shell: TestShell, engine: FakeEngine) -> None:
        for target in ("web01", "-HostName web01", "-SSHConnection @{HostName='web01'}", "-Session $s"):
            said(shell, f"$s = New-Session web01; Invoke-Command {target} -ScriptBlock {{ x }} -JobName up | Out-Null")
            request = engine.requests[-1]
            assert isinstance(request, FanOut)
            assert request.name == "up"

    def test_a_job_has_no_time_limit_of_its_own(self, shell: TestShell) -> None:
        (error,) = said(shell, "Invoke-Command web01 { x } -AsJob -TimeoutSec 5").errors
        assert "Wait-Job -Timeout" in error.hint
        assert said(shell, "Invoke-Command web01 { x } -TimeoutSec 0").status == 2

    def test_in_the_scope_where_it_stands(self, shell: TestShell) -> None:
        text = 'Invoke-Command { $a = 1 } -NoNewScope; Invoke-Command { $b = 2 }; "$a$b"'
        assert ok(shell, text) == "1\n"
        assert said(shell, "Invoke-Command web01 { $x = 1 } -NoNewScope").status == 2

    def test_arguments_and_input(self, shell: TestShell, engine: FakeEngine) -> None:
        out = ok(
            shell,
            "1, 2 | Invoke-Command { param($x) @($input).Count + $x } -Args 5; Invoke-Command { $args[1] } -Args 6, 7",
        )
        assert out == "7\n7\n"
        said(shell, "'a', 'b' | Invoke-Command web01, web02 { cat } -ArgumentList 1, 'x y'")
        request = engine.requests[-1]
        assert isinstance(request, Invoke)
        assert (request.stdin, request.program.arguments) == (b"a\nb\n", ("1", "x y"))
        said(shell, "Invoke-Command web01, web02 { cat } -InputObject 'c'")
        request = engine.requests[-1]
        assert isinstance(request, Invoke)
        assert request.stdin == b"c\n"


def test_going_to_a_session_does_not_wait_for_its_directory(tmp_path: Path) -> None:
    class Keeping(FakeEngine):
        asked: list[bool] = []  # noqa: RUF012

        async def select_sessions(self, query: SessionQuery) -> tuple[Session, ...]:
            self.asked.append(query.asks_place)
            return await super().select_sessions(query)

    engine = Keeping(tmp_path)
    shell = TestShell(tmp_path, engine)
    ok(shell, "$s = New-Session web01; $b = { x }")
    said(shell, "Invoke-Command $s $b")
    assert engine.asked == [False]
    ok(shell, "$s.Directory; Get-Session $s | Out-Null; $s | Format-List | Out-Null")
    assert engine.asked[1:] == [True] * 4
