using Init.Cli;
using Init.Config;
using Init.Supervision;
using Init.Unit.Config;

namespace Init.Unit.Cli;

/// <summary>What a check says of a configuration.</summary>
internal sealed record Checked(IReadOnlyList<Finding> Findings, RunPlan? Plan, CheckReport Report)
{
    /// <summary>Of one whose other files are in its directory, which is shown as DIR; the file itself is s.conf.</summary>
    internal static Checked Of(ConfigFile file, string text, uint uid = 0)
    {
        file.Write("s.conf", text);
        return OfPath(file, "s.conf", uid: uid);
    }

    internal static Checked Of(string text)
    {
        using var file = new ConfigFile();
        return Of(file, text);
    }

    internal static Checked OfPath(ConfigFile file, string path, bool strict = false, uint uid = 0)
    {
        var inspection = new Inspection(path);
        var context = ConfigurationReader.ContextOf(path, file.ContainerMode, file.Environment, file.Directory, inspection);
        var plan = CheckCommand.Check(context, inspection, file.CommandLine, file.Environment, uid);
        var findings = inspection.Findings.Select(finding => finding with
        {
            File = finding.File.Replace(file.Directory, "DIR"),
            Message = finding.Message.Replace(file.Directory, "DIR"),
        }).ToList();
        return new Checked(findings, plan, new CheckReport(path, findings, plan, strict, file.ContainerMode));
    }

    /// <summary>`s.conf:2: error: ...`</summary>
    internal string[] Lines => Report.Problems().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Of a text, as `2: error: ...`.</summary>
    internal static string[] LinesOf(string text) => Array.ConvertAll(Of(text).Lines, line => line["s.conf:".Length..]);

    /// <summary>Of the lines that follow `[supervisord]`, which is line 1.</summary>
    internal static string[] Programs(string lines) => LinesOf("[supervisord]\n" + lines);
}
