using System.Globalization;
using System.Text.RegularExpressions;
using Init.Integration.Harness;

namespace Init.Integration.Page;

/// <summary>A daemon's page as a user sees it.</summary>
internal sealed partial class StatusPage(Daemon daemon, Browser browser, Uri address)
{
    public Daemon Daemon => daemon;

    public Uri Address => address;

    /// <summary>What it says of its connection.</summary>
    public string Live => browser.Text("#live");

    public string Message => browser.Text(".status_msg");

    /// <summary>The names of the rows that are to be seen, each as group:name.</summary>
    public IReadOnlyList<string> Names =>
        [.. ((IEnumerable<object>)browser.Run("return [...document.querySelectorAll('[data-name]')].filter(e => e.checkVisibility()).map(e => e.dataset.name)")!).Cast<string>()];

    /// <summary>The chips that are to be seen: `running 2`.</summary>
    public IReadOnlyList<string> Chips =>
        [.. ((IEnumerable<object>)browser.Run("return [...document.querySelectorAll('[data-show]')].filter(e => e.checkVisibility()).map(e => e.textContent)")!).Cast<string>()];

    public static string Row(string name) => $"[data-name='{name}']";

    public static string Button(string name, string action) => $"{Row(name)} button[value={action}]";

    public static string GroupButton(string group, string action) => $"[data-group='{group}'] .group button[value={action}]";

    public string State(string name) => browser.Text(Row(name) + " .state");

    public string Description(string name) => browser.Text(Row(name) + " .description");

    /// <summary>0 while it does not run.</summary>
    public int PidOf(string name) => PidAndUptime().Match(Description(name)) is { Success: true } match ? Number(match.Groups[1].Value) : 0;

    /// <summary>Null while it does not run.</summary>
    public TimeSpan? UptimeOf(string name) => PidAndUptime().Match(Description(name)) is { Success: true } match
        ? new TimeSpan(Number(match.Groups[2].Value), Number(match.Groups[3].Value), Number(match.Groups[4].Value))
        : null;

    public void WaitForState(string name, string state) => WaitUntil(() => State(name) == state, $"{name} is {state}");

    public void WaitForMessage(string pattern) => WaitUntil(() => Regex.IsMatch(Message, pattern), $"a message like: {pattern}");

    public void WaitUntil(Func<bool> condition, string what)
    {
        if (!Eventually.Holds(condition))
            throw daemon.Failure($"not in time on the page: {what}\n{browser.Screenshot("page/failed")}\n{browser.Describe()}");
    }

    /// <summary>A reload would lose this mark: what comes after came without one.</summary>
    public void Mark() => browser.Run("window.mark = true");

    public bool IsMarked => browser.Run("return window.mark") is true;

    public string Ctl(params string[] words) =>
        Child.Run([Implementation.Ours.PathOf("supervisorctl"), "-c", daemon.PathOf("supervisord.conf"), .. words]);

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^pid (\d+), uptime (\d+):(\d\d):(\d\d)$")]
    private static partial Regex PidAndUptime();
}
