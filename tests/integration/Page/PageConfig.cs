using System.Globalization;
using Init.Integration.Harness;

namespace Init.Integration.Page;

/// <summary>Daemons whose page is looked at.</summary>
internal static class PageConfig
{
    internal static Launch Launch(string programs, int port, string server = "", Implementation implementation = Implementation.Ours)
    {
        var folder = Daemon.FreshFolder();
        Directory.CreateDirectory(Path.Combine(folder, "conf.d"));
        return new Launch
        {
            Implementation = implementation,
            Program = "supervisord",
            Folder = folder,
            Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
            Config = $$"""
                [inet_http_server]
                port=127.0.0.1:{{port.ToString(CultureInfo.InvariantCulture)}}
                {{server}}
                [unix_http_server]
                file={dir}/s.sock
                [supervisorctl]
                serverurl=unix://{dir}/s.sock
                [supervisord]
                logfile={dir}/s.log
                pidfile={dir}/s.pid
                childlogdir={dir}
                [rpcinterface:supervisor]
                supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
                [include]
                files={dir}/conf.d/*.conf
                {{programs}}
                """,
        };
    }
}
