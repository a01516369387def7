using Init.Config;
using Init.Ctl;
using Init.Os;
using Init.Supervision;

namespace Init.Cli;

/// <summary>
/// `init check`: reads a configuration as a start would read it, says everything that is wrong with it at once, and what it would start
/// and stop in which order. It starts nothing and makes no file.
/// </summary>
internal static class CheckCommand
{
    /// <returns>The exit status: 2 when it does not load, or when it is not flawless and that was asked for.</returns>
    internal static int Run(
        string path, SupervisordOptions options, bool containerMode, IReadOnlyDictionary<string, string> environment, string directory)
    {
        var inspection = new Inspection(path);
        var context = ConfigurationReader.ContextOf(path, containerMode, environment, directory, inspection);
        var plan = Check(context, inspection, options.Values, environment, Users.OwnUid);
        var report = new CheckReport(path, inspection.Findings, plan, options.Strict, containerMode);
        Write(2, options.Json ? "" : report.Problems());
        Write(1, options.Json ? report.Json() : report.Plan() + report.Summary());
        return report.IsOk ? ExitStatus.Success : ExitStatus.Usage;
    }

    /// <summary>Returns null when the configuration does not load.</summary>
    internal static RunPlan? Check(
        ReadingContext context, Inspection inspection, CommandLineValues commandLine, IReadOnlyDictionary<string, string> environment, uint uid)
    {
        Configuration? configuration = null;
        context.Document.AttemptSection("", () => configuration = ConfigurationReader.Read(context, commandLine));
        if (configuration is null)
            return null;
        // supervisorctl knows nothing of what [supervisord] adds to the environment, and the daemon does without its section.
        var control = context with { Environment = Expansions.OfEnvironment(environment, context.Paths.WorkingDirectory) };
        inspection.Demote(() => control.Document.AttemptSection(ControlSettingsReader.Section, () => ControlSettingsReader.Read(control)));
        UnknownKeys.Warn(context.Document, inspection);
        Duplicates.Warn(context.Document, inspection);
        ConfigurationCheck.Run(context, inspection, configuration, uid);
        if (inspection.HasErrors)
            return null;
        var plan = RunPlan.Of(configuration);
        ConfigurationCheck.CheckBudget(context.Document, inspection, plan);
        return plan;
    }

    private static void Write(int fd, string text) => Descriptors.WriteAll(fd, PosixText.Encode(text).AsSpan()[..^1]);
}
