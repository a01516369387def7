using System.Buffers;
using System.Globalization;
using Init.States;

namespace Init.Web;

/// <summary>
/// The table: a body per group, so that a group is one thing to the script and to the style. A program alone in a group of its own name
/// needs no heading; every other group has one, with actions for all its processes.
/// </summary>
internal static partial class StatusPage
{
    private static void WriteTable(IBufferWriter<byte> page, IReadOnlyList<ProcessRow> rows, string token, long now)
    {
        page.WriteHtml($"""
            <table id="processes" data-now="{now}"{Hidden(rows.Count == 0)}>
            <thead><tr><th scope="col">State</th><th scope="col">Name</th><th scope="col">Description</th><th scope="col">Action</th></tr></thead>

            """);
        for (var begin = 0; begin < rows.Count;)
        {
            var end = begin + 1;
            while (end < rows.Count && rows[end].Group == rows[begin].Group)
                end++;
            WriteGroup(page, rows, begin, end, token);
            begin = end;
        }
        page.WriteHtml($"</table>\n<p id=\"none\">{(rows.Count == 0 ? "No programs to manage" : "")}</p>\n");
    }

    private static void WriteGroup(IBufferWriter<byte> page, IReadOnlyList<ProcessRow> rows, int begin, int end, string token)
    {
        var group = rows[begin].Group;
        page.WriteHtml($"""<tbody data-group="{group}">""");
        if (end - begin > 1 || rows[begin].Name != group)
        {
            var running = 0;
            for (var i = begin; i < end; i++)
                running += rows[i].State == ProcessState.Running ? 1 : 0;
            WriteHeading(page, group, $"{running} of {end - begin} running", token);
        }
        for (var i = begin; i < end; i++)
        {
            var row = rows[i];
            page.WriteHtml($"""
                <tr data-name="{row.FullName}" data-state="{row.State.Name()}" data-start="{row.Start}">
                """);
            WriteCells(page, row, token);
        }
        page.WriteHtml($"</tbody>\n");
    }

    private static void WriteHeading(IBufferWriter<byte> page, string group, string count, string token) => page.WriteHtml($"""
        <tr class="group"><th scope="rowgroup" colspan="3">{group} <span>{count}</span></th><td>
        <form method="post" action="index.html"><input type="hidden" name="processname" value="{group + ":*"}"><input type="hidden" name="token" value="{token}">
        <button name="action" value="start" formaction="index.html?action=start">Start</button>
        <button name="action" value="restart" formaction="index.html?action=restart">Restart</button>
        <button name="action" value="stop" formaction="index.html?action=stop">Stop</button>
        </form></td></tr>

        """);

    private static void WriteCells(IBufferWriter<byte> page, ProcessRow row, string token)
    {
        var (state, namespec) = (row.State, row.Namespec);
        var prefix = row.Group == row.Name ? "" : row.Group + ":";
        page.WriteHtml($"""
            <td><span class="state {Class(state)}">{Text(state)}</span></td>
            <th scope="row"><a href="tail.html?processname={namespec:url}"><span>{prefix}</span>{row.Name}</a></th>
            <td><span class="description">{Html.Shown(row.Description)}</span>
            <span class="fact health" data-health="{row.Health}"{Hidden(row.Health.Length == 0)}>{row.Health}</span>
            <span class="fact restarts"{Hidden(row.Restarts == 0)}>{Restarts(row.Restarts)}</span>
            <span class="fact memory"{Hidden(row.Memory == 0)} title="Resident memory, with all its descendants">{MemoryNews.Text(row.Memory)}</span></td>
            <td><form method="post" action="index.html"><input type="hidden" name="processname" value="{namespec}"><input type="hidden" name="token" value="{token}">
            <button name="action" value="start" formaction="index.html?action=start"{Hidden(!IsStartable(state))}>Start</button>
            <button name="action" value="restart" formaction="index.html?action=restart"{Hidden(state != ProcessState.Running)}>Restart</button>
            <button name="action" value="stop" formaction="index.html?action=stop"{Hidden(!IsStoppable(state))}>Stop</button>
            <button name="action" value="clearlog" formaction="index.html?action=clearlog">Clear log</button>
            <a href="logtail/{namespec:url}" data-log="stdout">stdout</a>
            <a href="logtail/{namespec:url}/stderr" data-log="stderr">stderr</a>
            </form></td></tr>

            """);
    }

    /// <summary>What the script makes new rows of: the cells have this one source.</summary>
    private static void WriteTemplates(IBufferWriter<byte> page, string token)
    {
        page.WriteHtml($"""<template id="row"><tr>""");
        WriteCells(page, new ProcessRow("", "", ProcessState.Stopped, "", 0, 0, 0), token);
        page.WriteHtml($"""</template><template id="heading">""");
        WriteHeading(page, "", "", token);
        page.WriteHtml($"</template>\n");
    }

    private static string Restarts(int count) => count == 1 ? "1 restart" : string.Create(CultureInfo.InvariantCulture, $"{count} restarts");

    private static bool IsStartable(ProcessState state) => state is ProcessState.Stopped or ProcessState.Exited or ProcessState.Fatal;

    /// <summary>Supervisor's page offers this for RUNNING only (E-084); a program that keeps failing is the one to stop.</summary>
    private static bool IsStoppable(ProcessState state) => state is ProcessState.Running or ProcessState.Starting or ProcessState.Backoff;

    private static string Class(ProcessState state) => state switch
    {
        ProcessState.Running => "statusrunning",
        ProcessState.Fatal or ProcessState.Backoff => "statuserror",
        _ => "statusnominal",
    };

    private static HtmlFlag Hidden(bool hidden) => new(" hidden", hidden);
}
