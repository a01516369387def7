namespace Init.Processes;

/// <summary>Wakes those who show how processes are, when that has changed. Of the loop thread.</summary>
internal sealed class ChangeFeed
{
    private long _published;

    /// <summary>What it calls must not wait.</summary>
    internal event Action? Changed;

    internal void Publish(long changes)
    {
        if (changes == _published)
            return;
        _published = changes;
        Changed?.Invoke();
    }
}
