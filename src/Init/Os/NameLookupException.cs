namespace Init.Os;

/// <summary>A host name that getaddrinfo could not resolve, with its EAI_ code and text.</summary>
internal sealed class NameLookupException(int code, string text) : Exception(text)
{
    internal int Code => code;
}
