using System.Diagnostics;
using Xunit;

namespace Init.Unit.Os;

/// <summary>
/// A folder `app` of user 65534 beside `root`, which is root's and private: `root/secret` must stay as it is. The tests run as root.
/// </summary>
internal sealed class SharedFolder : IDisposable
{
    internal const string Secret = "root:x:0:0\n";

    private readonly ScratchDirectory _here = new();

    internal SharedFolder()
    {
        Shell("chmod 755 .; mkdir app root root/dir; chmod 700 root; printf 'root:x:0:0\\n' > root/secret; chown 65534:65534 app");
    }

    internal string Log => this["app/log"];

    internal string this[string name] => _here[name];

    internal string Read(string name) => File.ReadAllText(this[name]);

    /// <summary>Everything below root, with its content.</summary>
    internal string OfRoot() => string.Join(' ', Directory.EnumerateFileSystemEntries(this["root"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => File.Exists(path) ? $"{Path.GetFileName(path)}={File.ReadAllText(path)}" : Path.GetFileName(path)));

    internal const string Untouched = "dir secret=" + Secret;

    internal void Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-ec", script]) { WorkingDirectory = _here.Path })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }

    public void Dispose() => _here.Dispose();

    /// <summary>What user 65534 can put at app/log, and what the message says of it.</summary>
    internal static TheoryData<string, string> Traps => new()
    {
        { "ln -s ../root/secret app/log; chown -h 65534 app/log", "is a symbolic link of nobody (uid 65534) to ../root/secret: not followed" },
        { "ln -s $PWD/root/new app/log; chown -h 65534 app/log", "/root/new: not followed" },
        { "ln -s /proc/self/fd/2 app/log; chown -h 65534 app/log", "to /proc/self/fd/2: not followed" },
        { "ln -s ../root/secret app/a; ln -s a app/log; chown -h 65534 app/log app/a", "to a: not followed" },
        { "ln -s ../root/secret app/a; ln -s a app/log; chown -h 65534 app/a", "to ../root/secret: not followed" },
        { "ln root/secret app/log", "has 2 names (hard links), of which others may have made this one: not opened" },
        { "ln -s $PWD/root/secret root/l; ln root/l app/log; mv root/l app/l", "with 2 names, in a directory that others may write to: not followed" },
        { "mkfifo app/log; chown 65534 app/log", "is a FIFO of nobody (uid 65534) in a directory that others may write to: not opened" },
        { "mknod app/log c 1 3; chown 65534 app/log", "is a device of nobody" },
        { "mv app app2; ln -s root app; chown -h 65534 app", "app is a symbolic link of nobody (uid 65534) to root: not followed" },
        { "mkdir app/x; chown 65534 app/x; ln -s ../root app/y; chown -h 65534 app/y; ln -s y/secret app/log", "y is a symbolic link of nobody (uid 65534) to ../root: not followed" },
    };

    /// <summary>What is at app/log there, and used as ever.</summary>
    internal static TheoryData<string> Layouts =>
    [
        "true", // nothing yet
        "echo old > app/log; chown 65534 app/log",
        "echo old > app/log", // root's, in that user's folder
        "echo old > app/log; ln app/log app/other; chown 65534 app/log", // that user's own, twice
        "mkdir logs; ln -s ../logs/log app/log", // root's link, to what is not there yet
        "echo old > root/log; ln -s $PWD/root/log app/log",
        "mv app v2; mkdir d; chown 65534 d; mv v2 d; ln -s d/v2 app; chown -h 65534 app", // `current` of a deployment
        "chmod 1777 app; chown root app; echo old > app/log", // as /tmp
        "rmdir app; mkdir app; mv app d; ln -s d app", // nobody else's at all
        "rmdir app; mkdir app; echo old > app/log; ln app/log app/other",
    ];
}
