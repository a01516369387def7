using System.Runtime.InteropServices;

namespace Init.Os;

/// <summary>A NULL-terminated array of NUL-terminated strings, as posix_spawn takes them.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly byte* _block;

    internal NativeStrings(IReadOnlyList<string> strings)
    {
        var encoded = new byte[strings.Count][];
        var size = (nuint)(strings.Count + 1) * (nuint)sizeof(byte*);
        for (var i = 0; i < encoded.Length; i++)
        {
            encoded[i] = PosixText.Encode(strings[i]);
            size += (nuint)encoded[i].Length;
        }
        _block = (byte*)NativeMemory.Alloc(size);
        var text = _block + (strings.Count + 1) * sizeof(byte*);
        for (var i = 0; i < encoded.Length; i++)
        {
            Pointer[i] = text;
            encoded[i].CopyTo(new Span<byte>(text, encoded[i].Length));
            text += encoded[i].Length;
        }
        Pointer[encoded.Length] = null;
    }

    internal byte** Pointer => (byte**)_block;

    public void Dispose() => NativeMemory.Free(_block);
}
