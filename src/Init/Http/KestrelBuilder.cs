using System.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Init.Http;

/// <summary>
/// Just enough of a web host builder to be given a Kestrel without TLS by UseKestrelCore, and no host around it. Beside a bare
/// `new KestrelServer(...)`, which brings TLS and HTTP/2 over it, this leaves 3.6 MB of binary and 1.8 MB of memory out.
/// </summary>
internal sealed class KestrelBuilder : IWebHostBuilder
{
    private readonly ServiceCollection _services = [];

    private KestrelBuilder()
    {
    }

    internal static IServer Build(Action<KestrelServerOptions> configure)
    {
        var builder = new KestrelBuilder();
        builder._services.AddOptions().AddMetrics();
        builder._services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder._services.AddSingleton<DiagnosticSource>(new DiagnosticListener("Init"));
        builder._services.Configure<SocketTransportOptions>(transport =>
        {
            transport.Backlog = ServerSocket.Backlog;
            transport.MaxReadBufferSize = HttpHost.RequestBuffer;
            // Nothing of ours blocks on the transport's threads, so a request needs no other one to be read and answered on.
            transport.UnsafePreferInlineScheduling = true;
        });
        builder.UseKestrelCore().ConfigureKestrel(configure);
        return builder._services.BuildServiceProvider().GetRequiredService<IServer>();
    }

    public IWebHostBuilder ConfigureServices(Action<IServiceCollection> configureServices)
    {
        configureServices(_services);
        return this;
    }

    public IWebHostBuilder ConfigureServices(Action<WebHostBuilderContext, IServiceCollection> configureServices)
    {
        configureServices(new WebHostBuilderContext(), _services);
        return this;
    }

    public IWebHostBuilder ConfigureAppConfiguration(Action<WebHostBuilderContext, IConfigurationBuilder> configureDelegate) => this;

    public string? GetSetting(string key) => null;

    public IWebHostBuilder UseSetting(string key, string? value) => this;

#pragma warning disable ASPDEPR008 // a member of the interface, whatever becomes of its type: there is no host
    public IWebHost Build() => throw new NotSupportedException();
#pragma warning restore ASPDEPR008
}
