using System.Globalization;
using Init.Integration.Harness;
using Xunit.Abstractions;

namespace Init.Integration.Upkeep;

/// <summary>Daemons whose log tells when something was done.</summary>
public abstract class UpkeepTest(ITestOutputHelper output) : ControlledTest(output)
{
    private protected Daemon Run(string programs, (string Name, string Value) variable) =>
        Run(programs, launch: new Launch { Environment = new Dictionary<string, string> { [variable.Name] = variable.Value } });

    /// <summary>When the lines with a text were logged.</summary>
    private protected static List<TimeSpan> Times(Daemon daemon, string text) =>
    [
        .. daemon.Output.Lines.Where(line => line.Contains(text, StringComparison.Ordinal))
            .Select(line => TimeSpan.ParseExact(line[11..23], @"hh\:mm\:ss\,fff", CultureInfo.InvariantCulture)),
    ];
}
