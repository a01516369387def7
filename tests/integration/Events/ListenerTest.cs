using Init.Integration.Harness;
using Xunit.Abstractions;

namespace Init.Integration.Events;

/// <summary>A daemon with event listeners, and a client that makes calls by its unix socket.</summary>
public abstract class ListenerTest(ITestOutputHelper output) : DaemonTest(output)
{
    /// <summary>A supervisord in the foreground, its log on its stdout, with a unix socket.</summary>
    internal Daemon Start(string sections, Implementation implementation = Implementation.Ours, string level = "debug", params string[] wrapper) => Start(new Launch
    {
        Implementation = implementation,
        Program = "supervisord",
        Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
        Wrapper = wrapper,
        Config = $"""
            [supervisord]
            logfile=%(here)s/supervisord.log
            logfile_maxbytes=0
            pidfile=%(here)s/supervisord.pid
            childlogdir=%(here)s
            loglevel={level}
            [unix_http_server]
            file=%(here)s/s.sock
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

            {sections}
            """,
    });

    /// <summary>Makes calls of XML-RPC, with a comma between them.</summary>
    internal static void Call(Daemon daemon, params string[] words)
    {
        using var client = Child.Start([Path.Combine(Repository.Fixtures, "rpc"), .. words], directory: daemon.Folder);
        if (client.WaitForExit(Eventually.Patience) is not { Code: 0 })
            throw daemon.Failure($"rpc {string.Join(' ', words)}: {client.Output}{client.Error}");
    }

    /// <summary>The moment of the first line of the log that is like this.</summary>
    internal static DateTime TimeOf(Daemon daemon, string pattern) => DateTime.ParseExact(
        daemon.WaitForLine(@"^(\S+ \S+) \w{4} .*" + pattern).Groups[1].Value, "yyyy-MM-dd HH:mm:ss,fff", System.Globalization.CultureInfo.InvariantCulture);
}
