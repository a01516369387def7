using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Init.Integration.Harness;

namespace Init.Integration.Control;

/// <summary>A supervisord with programs of every kind, and a supervisorctl that talks to it.</summary>
internal sealed partial class Controlled
{
    private readonly Daemon _daemon;
    private readonly string _port = Port.Free().ToString(CultureInfo.InvariantCulture);

    /// <param name="daemon">Whose supervisord.</param>
    /// <param name="client">Whose supervisorctl.</param>
    /// <param name="programs">Sections of programs beyond the usual ones.</param>
    public Controlled(Func<Launch, Daemon> start, Implementation daemon, Implementation client, string programs = "")
    {
        Client = client;
        var folder = Daemon.FreshFolder();
        Directory.CreateDirectory(Path.Combine(folder, "conf.d"));
        File.WriteAllText(Path.Combine(folder, "conf.d", "more.conf"), programs.Replace("{dir}", folder));
        File.WriteAllText(Path.Combine(folder, "no-section.conf"), "[supervisord]\n");
        File.WriteAllText(Path.Combine(folder, "plugin.conf"), $"[supervisorctl]\nserverurl=unix://{folder}/s.sock\n[ctlplugin:x]\nsupervisor.ctl_factory = nope:x\n");
        File.WriteAllText(Path.Combine(folder, "plugin-without-factory.conf"), "[supervisorctl]\n[ctlplugin:x]\nsize = 3\n");
        File.WriteAllText(Path.Combine(folder, "expansions.conf"), "[supervisorctl]\nserverurl=unix://%(here)s/%(ENV_LANG)s/%%\n");
        File.WriteAllText(Path.Combine(folder, "prompt.conf"), $"[supervisorctl]\nserverurl=unix://{folder}/s.sock\nprompt = my %(ENV_LANG)s\n");
        _daemon = start(new Launch
        {
            Implementation = daemon,
            Program = "supervisord",
            Folder = folder,
            Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
            Config = Config.Replace("{port}", _port),
        });
        foreach (var program in new[] { "cat", "say", "redirected", "multi_00", "multi_01" })
            _daemon.WaitForLine($"success: {program} entered RUNNING");
    }

    public Implementation Client { get; }

    public Daemon Daemon => _daemon;

    public string ClientPath => Client.PathOf("supervisorctl");

    /// <summary>What each step says and ends with, with what differs from run to run replaced.</summary>
    public IReadOnlyList<string> Run(IReadOnlyList<ControlStep> steps) =>
        Client == Implementation.Debian ? RunTheirs(steps) : [.. steps.Select(RunOurs)];

    private List<string> RunTheirs(IReadOnlyList<ControlStep> steps)
    {
        var script = Path.Combine(Daemon.FreshFolder(), "steps");
        File.WriteAllLines(script, steps.Select(step => JsonSerializer.Serialize(step.IsShell
            ? new Dictionary<string, string> { ["shell"] = Fill(step.Line[3..]) }
            : new() { ["words"] = Fill(step.Words), ["input"] = Fill(step.Input).Replace("\\n", "\n") })));
        using var child = Child.Start(
            [Path.Combine(Repository.Fixtures, "debian-supervisorctl"), script], Streams.Pipes, _daemon.Folder, Child.PlainEnvironment());
        var exit = child.WaitForExit(TimeSpan.FromMinutes(2));
        Directory.Delete(Path.GetDirectoryName(script)!, recursive: true);
        var results = child.Output.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        return results.Count == steps.Count
            ? [.. results.Zip(steps, (result, step) => Describe(step, Text(result, "out"), Text(result, "err"), ExitStatus.Exited(result.GetProperty("code").GetInt32())))]
            : throw _daemon.Failure($"{child.Command}: {exit} after {results.Count} of {steps.Count} steps\n{child.Error}");

        static string Text(JsonElement result, string name) => result.GetProperty(name).GetString()!.TrimEnd('\n');
    }

    private string RunOurs(ControlStep step)
    {
        var command = step.IsShell
            ? Fill(step.Line[3..])
            : $"set -f; printf '{Fill(step.Input)}' | {ClientPath} {Fill(step.Words)}";
        using var child = Child.Start(["sh", "-c", command], Streams.Pipes, _daemon.Folder, Child.PlainEnvironment());
        var exit = child.WaitForExit(TimeSpan.FromSeconds(60)) ?? throw _daemon.Failure($"{command} has not ended\n{child.Output}\n{child.Error}");
        return Describe(step, child.Output.ToString().TrimEnd('\n'), child.Error.ToString().TrimEnd('\n'), exit);
    }

    private string Describe(ControlStep step, string output, string error, ExitStatus exit)
    {
        if (step.IsShell && exit != ExitStatus.Exited(0))
            throw _daemon.Failure($"{step.Line}: {exit}\n{output}\n{error}");
        output = Plain(output);
        if (step.Line.Contains(":*", StringComparison.Ordinal) || step.Line.EndsWith(" all", StringComparison.Ordinal))
            output = string.Join('\n', output.Split('\n').Order(StringComparer.Ordinal)); // in the order in which they were done
        return $"$ {step.Line}\n{output}\n{Plain(error)}\n{exit}\n";
    }

    public string Fill(string text) => text
        .Replace("{until}", Path.Combine(Repository.Fixtures, "until"))
        .Replace("{dir}", _daemon.Folder)
        .Replace("{port}", _port);

    private string Plain(string text)
    {
        text = text.Replace(ClientPath, "{ctl}").Replace(_daemon.Folder, "{dir}").Replace(":" + _port, ":{port}");
        text = Pid().Replace(text, "pid N, uptime T");
        text = PidAlone().Replace(text, "N");
        text = Time().Replace(text, "{time}");
        text = Version().Replace(text, "{version}");
        // Where in Python's source an error was raised.
        return Place().Replace(text, "");
    }

    [GeneratedRegex(@"pid \d+, uptime \d+:\d\d:\d\d")]
    private static partial Regex Pid();

    [GeneratedRegex(@"^[1-9]\d*$", RegexOptions.Multiline)]
    private static partial Regex PidAlone();

    [GeneratedRegex(@"[A-Z][a-z][a-z] \d\d \d\d:\d\d [AP]M")]
    private static partial Regex Time();

    // Debian's and ours: what 4.3.0 does differently does not show in these scripts.
    [GeneratedRegex(@"^4\.(2\.5|3\.0)$", RegexOptions.Multiline)]
    private static partial Regex Version();

    [GeneratedRegex(@": file: \S+ line: \d+")]
    private static partial Regex Place();

    private const string Config = """
        [unix_http_server]
        file={dir}/s.sock
        [inet_http_server]
        port=127.0.0.1:{port}
        username=joe
        password=secret
        [supervisord]
        logfile={dir}/s.log
        pidfile={dir}/s.pid
        childlogdir={dir}
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [supervisorctl]
        serverurl=unix://{dir}/s.sock
        [include]
        files=conf.d/*.conf
        [program:cat]
        command=/bin/cat
        [program:say]
        command=/bin/sh -c 'for i in 1 2 3; do echo "line $i: <&> é"; done; echo err >&2; exec sleep 1000'
        [program:redirected]
        command=/bin/sh -c 'echo one; exec sleep 1000'
        redirect_stderr=true
        [program:off]
        command=/bin/sleep 1000
        autostart=false
        [program:bad]
        ; Not at once: Debian's daemon gives a start's answer its place by whether the child is gone at its first look.
        command=/bin/sh -c 'sleep .2; exit 3'
        autostart=false
        startretries=0
        [program:nofile]
        command=/nonexistent
        autostart=false
        [program:noexec]
        command=/etc/passwd
        autostart=false
        [program:multi]
        command=/bin/sleep 1000
        process_name=%(program_name)s_%(process_num)02d
        numprocs=2
        """;
}
