using System.Buffers;
using Init.States;

namespace Init.Web;

/// <summary>
/// The page at `/` and `/index.html` (E-081 to E-087), whole in one answer. It works without its script: every action is a form. With
/// it, the page follows `events`, acts by fetch and shows logs in place; see Assets/page.js. All URLs are relative, for the page may
/// stand behind a proxy's prefix. The address of a form says what it does, as Supervisor's links do, so that a proxy's log tells.
/// </summary>
internal static partial class StatusPage
{
    /// <summary>The order of the chips: what needs a look comes first.</summary>
    private static readonly ProcessState[] _states =
    [
        ProcessState.Fatal, ProcessState.Backoff, ProcessState.Unknown, ProcessState.Starting,
        ProcessState.Running, ProcessState.Stopping, ProcessState.Exited, ProcessState.Stopped,
    ];

    /// <summary>The header's value that goes with every page.</summary>
    internal static string ContentSecurityPolicy => PageAssets.ContentSecurityPolicy;

    /// <param name="rows">Sorted by group, then name.</param>
    /// <param name="identifier">The daemon's name, `identifier` in [supervisord].</param>
    /// <param name="version">The version of Supervisor that is followed.</param>
    /// <param name="message">What the last action did, or null.</param>
    /// <param name="token">Goes with every action: see PageToken.</param>
    /// <param name="now">Unix seconds: uptimes count on from here.</param>
    internal static void Write(
        IBufferWriter<byte> page, IReadOnlyList<ProcessRow> rows, string identifier, string version, string? message, string token, long now)
    {
        PageFrame.Begin(page, "Supervisor Status");
        page.WriteHtml($"""
            <header>
            <h1>{identifier}</h1>
            <p id="live" role="status"><a href="index.html?action=refresh">Refresh</a></p>
            </header>

            """);
        WriteToolbar(page, rows, token);
        WriteTable(page, rows, token, now);
        page.WriteHtml($"""
            <p class="status_msg" role="status">{message ?? ""}</p>
            </main>
            <footer>Init, compatible with <a href="http://supervisord.org/">Supervisor</a> {version}</footer>

            """);
        WriteDialogs(page);
        WriteTemplates(page, token);
        page.Write("<script>"u8);
        page.Write(PageAssets.Script);
        page.Write("</script>\n"u8);
        PageFrame.End(page);
    }

    private static void WriteToolbar(IBufferWriter<byte> page, IReadOnlyList<ProcessRow> rows, string token)
    {
        page.WriteHtml($"""
            <div class="bar">
            <div class="chips" role="group" aria-label="Show by state">
            <button type="button" data-show="" aria-pressed="true">all <b>{rows.Count}</b></button>

            """);
        foreach (var state in _states)
        {
            var count = Count(rows, state);
            page.WriteHtml($"""<button type="button" data-show="{state.Name()}" aria-pressed="false"{Hidden(count == 0)}>""");
            page.WriteHtml($"{Text(state)} <b>{count}</b></button>\n");
        }
        page.WriteHtml($"""
            </div>
            <input type="search" id="filter" aria-label="Filter programs" aria-keyshortcuts="/" placeholder="Filter (/)" autocomplete="off" spellcheck="false">
            <form class="all" method="post" action="index.html"><input type="hidden" name="token" value="{token}">
            <button name="action" value="startall" formaction="index.html?action=startall">Start all</button>
            <button name="action" value="restartall" formaction="index.html?action=restartall">Restart all</button>
            <button name="action" value="stopall" formaction="index.html?action=stopall">Stop all</button>
            <button name="action" value="clearall" formaction="index.html?action=clearall">Clear all logs</button>
            <a href="mainlogtail" data-log>Main log</a>
            </form>
            </div>

            """);
    }

    private static void WriteDialogs(IBufferWriter<byte> page) => page.WriteHtml($"""
        <dialog id="log" aria-labelledby="log-name" closedby="any">
        <form method="dialog">
        <h2 id="log-name"></h2>
        <button type="button" data-stream="stdout" aria-pressed="true">stdout</button>
        <button type="button" data-stream="stderr" aria-pressed="false">stderr</button>
        <button type="button" id="log-pause" aria-pressed="false">Pause</button>
        <button>Close</button>
        </form>
        <pre tabindex="0" role="region" aria-label="Log"></pre>
        <p role="status"></p>
        </dialog>
        <dialog id="ask" aria-labelledby="ask-text">
        <form method="dialog">
        <p id="ask-text"></p>
        <button value="">Cancel</button>
        <button value="yes"></button>
        </form>
        </dialog>

        """);

    private static int Count(IReadOnlyList<ProcessRow> rows, ProcessState state)
    {
        var count = 0;
        foreach (var row in rows)
            if (row.State == state)
                count++;
        return count;
    }

    /// <summary>Supervisor's words on its page (E-082).</summary>
    private static string Text(ProcessState state) => state.Name().ToLowerInvariant();
}
