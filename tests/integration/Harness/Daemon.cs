using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Mono.Unix.Native;
using Xunit;

namespace Init.Integration.Harness;

/// <summary>A supervisor that runs a configuration in a folder of its own. Whatever it waits for has a deadline, and a failure tells all.</summary>
internal sealed class Daemon : IDisposable
{
    private readonly Launch _launch;
    private readonly Child _child;
    private int _pid;

    private Daemon(Launch launch)
    {
        _launch = launch;
        Folder = launch.Folder ?? FreshFolder();
        if (launch.Config is { } config)
            File.WriteAllText(PathOf("supervisord.conf"), Fill(config));
        var arguments = launch.Arguments ?? (launch.Config is null ? [] : ["-c", "{dir}/supervisord.conf"]);
        string[] words = launch.Bare ? [.. Enter()] : [.. Enter(), .. launch.Wrapper, CommandPath, .. arguments];
        _child = Child.Start(
            [.. words.Select(Fill)],
            launch.Streams,
            Folder,
            (launch.Place == Place.Container ? Child.InheritedEnvironment() : Child.PlainEnvironment())
            .Concat(launch.Environment.Select(entry => $"{entry.Key}={Fill(entry.Value)}")));
    }

    /// <summary>The run's own folder: the configuration and what it names.</summary>
    public string Folder { get; }

    /// <summary>The name of its container.</summary>
    public string Container { get; } = "init-test-" + Guid.NewGuid().ToString("N")[..12];

    public Child Child => _child;

    public Transcript Output => _child.Output;

    public Transcript Error => _child.Error;

    /// <summary>The daemon's pid, as this test sees it.</summary>
    public int Pid => _pid != 0 ? _pid : _pid = FindPid();

    /// <summary>What the command line calls it.</summary>
    public string CommandPath => _launch.Place == Place.Container ? "/sbin/" + _launch.Program : _launch.Command ?? _launch.Implementation.PathOf(_launch.Program);

    public static Daemon Start(Launch launch) => new(launch);

    public static string FreshFolder()
    {
        var folder = Directory.CreateTempSubdirectory("init-test-").FullName;
        // Programs of other users write here too.
        _ = Syscall.chmod(folder, FilePermissions.ALLPERMS);
        return folder;
    }

    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>A file's text, or nothing while it is not there.</summary>
    public string Read(string file)
    {
        try
        {
            return File.ReadAllText(PathOf(file));
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Waits for a line of stdout, where a foreground daemon writes its log.</summary>
    public Match WaitForLine(string pattern, int times = 1, TimeSpan? timeout = null) =>
        Output.WaitFor(new Regex(pattern), timeout ?? Eventually.Patience, times)
        ?? throw Failure($"no line{(times == 1 ? "" : $" for the {times}th time")} like: {pattern}");

    public Match WaitForErrorLine(string pattern, TimeSpan? timeout = null) =>
        Error.WaitFor(new Regex(pattern), timeout ?? Eventually.Patience) ?? throw Failure($"no line on stderr like: {pattern}");

    public void WaitUntil(Func<bool> condition, string what, TimeSpan? timeout = null)
    {
        if (!Eventually.Holds(condition, timeout))
            throw Failure("not in time: " + what);
    }

    public void Signal(Signum signal)
    {
        if (Posix.kill(Pid, (int)signal) != 0)
            throw Failure($"cannot send {signal} to {Pid}");
    }

    public ExitStatus WaitForExit(TimeSpan? timeout = null) =>
        _child.WaitForExit(timeout ?? Eventually.Patience) ?? throw Failure("it has not exited in time");

    /// <summary>TERM, then its exit status.</summary>
    public ExitStatus Stop(TimeSpan? timeout = null)
    {
        Signal(Signum.SIGTERM);
        return WaitForExit(timeout);
    }

    /// <summary>The pid of a program's latest process, as this test sees it.</summary>
    public int PidOf(string program)
    {
        WaitForLine($"spawned: '{Regex.Escape(program)}' with pid");
        var inner = int.Parse(
            Output.Lines.Select(line => Regex.Match(line, $@"spawned: '{Regex.Escape(program)}' with pid (\d+)")).Last(match => match.Success).Groups[1].Value,
            CultureInfo.InvariantCulture);
        return FromInside(inner);
    }

    /// <summary>The pid that this test sees, of a pid that the daemon sees.</summary>
    public int FromInside(int inner) => _launch.Place == Place.Process
        ? inner
        : Processes().FirstOrDefault(process => process.InnerPid == inner)?.Pid ?? throw Failure($"no process has pid {inner} inside");

    public void Kill(string program, Signum signal)
    {
        if (Posix.kill(PidOf(program), (int)signal) != 0)
            throw Failure($"cannot send {signal} to {program}");
    }

    /// <summary>All processes of the daemon's pid namespace, the daemon first. For one that is PID 1.</summary>
    public IReadOnlyList<ProcessEntry> Processes() => [.. ProcessTable.InNamespaceOf(Pid).OrderBy(process => process.InnerPid)];

    /// <summary>What a failed test must show: the command, its configuration, its output, its files.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"$ {_child.Command}");
        if (_child.WaitForExit(TimeSpan.Zero) is { } exit)
            text.AppendLine(CultureInfo.InvariantCulture, $"ended: {exit}");
        Add("stdout", Output.ToString());
        if (Error != Output)
            Add("stderr", Error.ToString());
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Order())
            if (new FileInfo(file) is { Length: > 0, LinkTarget: null } info && (info.UnixFileMode & UnixFileMode.UserRead) != 0)
                Add(Path.GetRelativePath(Folder, file), Head(file));
        return text.ToString();

        void Add(string title, string content)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"--- {title}");
            text.AppendLine(content.Length > 20_000 ? content[..10_000] + "\n[...]\n" + content[^10_000..] : content);
        }
    }

    public Exception Failure(string what)
    {
        try
        {
            Assert.Fail($"{what}\n{Describe()}");
            return new InvalidOperationException();
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    public void Dispose()
    {
        if (_launch.Place == Place.Container && !_child.HasExited)
        {
            using var removal = Child.Start([Engine.Command, "rm", "--force", Container]);
            removal.WaitForExit(Eventually.Patience);
        }

        _child.Dispose();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private static string Head(string file)
    {
        using var reader = new StreamReader(File.Open(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var buffer = new char[20_000];
        return new string(buffer, 0, reader.ReadBlock(buffer, 0, buffer.Length));
    }

    private string Fill(string text) => text.Replace("{dir}", Folder).Replace("{fixtures}", Repository.Fixtures);

    private string[] Enter() => _launch.Place switch
    {
        Place.Process => [],
        Place.Unshare => ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "--"],
        _ =>
        [
            Engine.Command, "run", "--rm", "--name", Container, "--network", "none", "--pids-limit", "-1",
            .. _launch.Streams is Streams.Terminal or Streams.UnreadTerminal ? new[] { "--tty" } : [],
            .. _launch.Bare ? [] : Mounts(),
            .. _launch.Environment.SelectMany(entry => new[] { "--env", $"{entry.Key}={entry.Value}" }),
            .. _launch.EngineOptions, _launch.Image,
        ],
    };

    private string[] Mounts() =>
    [
        "--volume", $"{_launch.Implementation.PathOf(_launch.Program)}:{CommandPath}:ro",
        "--volume", "{dir}:{dir}", "--volume", "{fixtures}:{fixtures}:ro", "--workdir", "{dir}",
    ];

    private int FindPid()
    {
        var pid = 0;
        if (!Eventually.Holds(() => (pid = Look()) != 0 || _child.HasExited) || pid == 0)
            throw Failure("the daemon's process cannot be found");
        return pid;

        int Look() => _launch.Place switch
        {
            Place.Process => _child.Pid,
            // Before unshare has forked, and until the fork executes the daemon, the process is unshare's own.
            Place.Unshare => ProcessTable.ChildrenOf(_child.Pid).FirstOrDefault(process => !process.CommandLine.StartsWith("unshare", StringComparison.Ordinal))?.Pid ?? 0,
            _ => Engine.PidOf(Container),
        };
    }
}
