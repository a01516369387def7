using System.Globalization;
using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;

namespace Init.Integration.Comparison;

/// <summary>
/// Carries out the steps of a scenario folder on one implementation. A scenario is supervisord.conf, files beside it, and `run`, a step a line:
/// <code>
/// start WORDS              supervisord -n -c supervisord.conf WORDS (the first step; without it, the same without words)
/// start-daemon WORDS       the same without -n: the log is then in supervisord.log, and the status is that of the first process
/// wrap WORDS               the command that starts it (prlimit ...), before `start`
/// log FILE                 the log is in this file and not on stdout, before `start`
/// await [N x] REGEX        the log has a line like this (N of them)
/// await-file FILE REGEX    the file has a line like this
/// signal NAME              sent to the daemon
/// kill NAME PROGRAM        sent to the program's latest process
/// sh COMMAND               run in the folder ($PID is the daemon's), must succeed
/// exit                     the daemon ends by itself; without this step it gets TERM at the end of the steps
/// order REGEX              log lines that must also agree in one order over all programs, and not only for each program
/// </code>
/// Whatever is in the folder `out` at the end must agree too.
/// </summary>
internal sealed class Scenario(string name, Implementation implementation, Func<Launch, Daemon> launch)
{
    private readonly string _folder = Path.Combine(Repository.Scenarios, name);
    private Daemon? _daemon;
    private string[] _wrapper = [];
    private string? _logFile;
    private bool _daemonizes;
    private ExitStatus? _exit;

    /// <summary>The log lines whose order counts over all programs.</summary>
    public Regex? Ordered { get; private set; }

    public Outcome Run()
    {
        var folder = Daemon.FreshFolder();
        Child.Run("cp", "-r", _folder + "/.", folder);
        Directory.CreateDirectory(Path.Combine(folder, "out"));
        Child.Run("chmod", "-R", "a+rwX", folder);
        foreach (var conf in Directory.EnumerateFiles(folder, "*.conf"))
            File.WriteAllText(conf, File.ReadAllText(conf).Replace("{fixtures}", Repository.Fixtures));
        foreach (var step in Steps())
            Do(step, folder);
        if (_daemon is null)
            Do("start", folder);
        if (_exit is null)
        {
            Do("signal TERM", folder);
            Do("exit", folder);
        }

        return new Outcome(_exit!.Value, Log(), [.. OutputFiles(folder)]);
    }

    private IEnumerable<string> Steps() =>
        from line in File.ReadLines(Path.Combine(_folder, "run"))
        let step = line.Trim()
        where step.Length > 0 && step[0] != '#'
        select step;

    private void Do(string step, string folder)
    {
        var (verb, rest) = Split(step);
        if (_daemon is null && verb is not ("start" or "start-daemon" or "sh" or "order" or "wrap" or "log"))
            Do("start", folder);
        switch (verb)
        {
            case "start" or "start-daemon":
                _daemonizes = verb == "start-daemon";
                if (_daemonizes)
                    _logFile ??= "supervisord.log";
                _daemon = launch(new Launch
                {
                    Implementation = implementation,
                    Program = "supervisord",
                    Folder = folder,
                    Wrapper = _wrapper,
                    Arguments = [.. _daemonizes ? Array.Empty<string>() : ["-n"], "-c", "{dir}/supervisord.conf", .. Words(rest)],
                });
                break;
            case "await":
                var counted = Regex.Match(rest, @"^(\d+) x (.*)$");
                Await(counted.Success ? counted.Groups[2].Value : rest, counted.Success ? int.Parse(counted.Groups[1].Value, CultureInfo.InvariantCulture) : 1);
                break;
            case "await-file":
                var (file, pattern) = Split(rest);
                _daemon!.WaitUntil(() => Regex.IsMatch(_daemon.Read(file), pattern, RegexOptions.Multiline), $"{file} has a line like {pattern}");
                break;
            case "signal":
                _ = Posix.kill(DaemonPid(), (int)Enum.Parse<Signum>("SIG" + rest));
                break;
            case "kill":
                var (signal, program) = Split(rest);
                var spawned = LogLines().Select(line => Regex.Match(line, $@"spawned: '{Regex.Escape(program)}' with pid (\d+)")).Last(match => match.Success);
                _ = Posix.kill(int.Parse(spawned.Groups[1].Value, CultureInfo.InvariantCulture), (int)Enum.Parse<Signum>("SIG" + signal));
                break;
            case "sh":
                using (var shell = Child.Start(["/bin/sh", "-c", rest.Replace("{fixtures}", Repository.Fixtures)], Streams.Pipes, folder, ShellEnvironment()))
                    if (shell.WaitForExit(Eventually.Patience) is not { Code: 0 } exit)
                        throw new InvalidOperationException($"{step}\n{shell.Output}\n{shell.Error}\n{_daemon?.Describe()}");
                break;
            case "exit":
                _exit = _daemon!.WaitForExit(TimeSpan.FromSeconds(30));
                if (_daemonizes)
                {
                    var pid = DaemonPid();
                    _daemon.WaitUntil(() => !Directory.Exists($"/proc/{pid}"), $"the daemon {pid} ends");
                }

                break;
            case "wrap":
                _wrapper = Words(rest);
                break;
            case "log":
                _logFile = rest;
                break;
            case "order":
                Ordered = new Regex(rest);
                break;
            default:
                throw new InvalidOperationException($"{name}: unknown step: {step}");
        }
    }

    private void Await(string pattern, int times)
    {
        if (_logFile is not null)
            _daemon!.WaitUntil(() => LogLines().Count(line => Regex.IsMatch(line, pattern)) >= times, $"{_logFile} has {times} lines like {pattern}");
        else
            _daemon!.WaitForLine(pattern, times);
    }

    private IReadOnlyList<string> LogLines() => _logFile is not null ? _daemon!.Read(_logFile).Split('\n') : _daemon!.Output.Lines;

    private IReadOnlyList<string> Log() => ActivityLog.Normalise(LogLines(), _daemon!.Folder);

    /// <summary>A daemonized one has left its first process behind: the log says its pid.</summary>
    private int DaemonPid() => _daemonizes
        ? int.Parse(LogLines().Select(line => Regex.Match(line, @"supervisord started with pid (\d+)")).Last(match => match.Success).Groups[1].Value, CultureInfo.InvariantCulture)
        : _daemon!.Pid;

    private IEnumerable<string> ShellEnvironment() => _daemon is null
        ? Child.PlainEnvironment()
        : Child.PlainEnvironment().Append(string.Create(CultureInfo.InvariantCulture, $"PID={DaemonPid()}"));

    private static IEnumerable<(string Name, string Text)> OutputFiles(string folder)
    {
        var root = Path.Combine(folder, "out");
        return from file in Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
               let name = ActivityLog.NormaliseName(Path.GetRelativePath(root, file))
               orderby name
               select (name, Directory.Exists(file) ? "(folder)" : ActivityLog.NormaliseText(File.ReadAllText(file), folder));
    }

    private static (string First, string Remainder) Split(string text) =>
        text.IndexOf(' ') is var space and > 0 ? (text[..space], text[(space + 1)..].Trim()) : (text, "");

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>What a run leaves to compare.</summary>
internal sealed record Outcome(ExitStatus Exit, IReadOnlyList<string> Log, IReadOnlyList<(string Name, string Text)> Files);
