namespace Init.Os;

/// <summary>The steps of <see cref="ExecPlan"/> that hold a child to its limits.</summary>
internal static class LimitSteps
{
    private const string Unlimited = "unlimited";

    internal static IEnumerable<string> From(ChildLimits limits)
    {
        if (limits.Nice is { } nice)
            yield return Invariant($"nice={nice}");
        if (limits.OomScoreAdj is { } score)
            yield return Invariant($"oom_score_adj={score}");
        if (limits.OpenFiles is { } files)
            yield return Step("limit_nofile", files);
        if (limits.Processes is { } processes)
            yield return Step("limit_nproc", processes);
        if (limits.CoreSize is { } core)
            yield return Step("limit_core", core);
        if (limits.AddressSpace is { } space)
            yield return Step("limit_as", space);
        if (limits.NoNewPrivs)
            yield return "no_new_privs=1";
        if (limits.Mark is { } mark)
            yield return Step("mark", mark.AsLimit);
    }

    private static string Step(string name, ResourceLimit limit) => $"{name}={Text(limit.Soft)}:{Text(limit.Hard)}";

    private static string Text(ulong value) => value == ResourceLimit.Unlimited ? Unlimited : Invariant($"{value}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
