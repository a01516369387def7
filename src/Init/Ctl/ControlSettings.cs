namespace Init.Ctl;

/// <summary>What the command line and [supervisorctl] say.</summary>
internal sealed record ControlSettings
{
    public string ServerUrl { get; init; } = Ctl.ServerUrl.Default;
    public string? Username { get; init; }
    public string? Password { get; init; }
    public string Prompt { get; init; } = "supervisor";

    /// <summary>An absolute path, or null for a history that is not kept.</summary>
    public string? HistoryFile { get; init; }

    /// <summary>What the file asks for in vain; to be said once, before anything is done.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>A shell, or -i: questions may be asked (T-005).</summary>
    public bool IsInteractive { get; init; }
}
