using Init.Http;
using Init.Processes;
using Init.XmlRpc;
using Microsoft.AspNetCore.Http;

namespace Init.Web;

internal sealed class Pages(ISupervisor supervisor, Func<XmlRpcCall, XmlRpcWriter, Task<bool>> call)
{
    internal async Task HandleAsync(HttpContext context, string path)
    {
        _ = supervisor; _ = call;
        await ErrorPage.WriteAsync(context, path == "/x" ? 400 : 404);
    }
}
