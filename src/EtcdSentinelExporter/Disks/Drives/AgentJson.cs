using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>The version of a file alone.</summary>
internal sealed record AgentVersion(int Schema = 0);

/// <summary>JSON serializer of <see cref="AgentFile"/>, generated at compile time.</summary>
/// <remarks>A report may be 64 levels deep, and is nested one level down.</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    MaxDepth = MaxDepth, Converters = [typeof(SmartReportConverter)])]
[JsonSerializable(typeof(AgentFile))]
[JsonSerializable(typeof(AgentVersion))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class AgentJson : JsonSerializerContext
{
    public const int MaxDepth = 65;
}

/// <summary>Converts a report that is nested in another document.</summary>
internal sealed class SmartReportConverter : JsonConverter<SmartReport>
{
    public override SmartReport Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.StartObject
            ? SmartReport.Of(JsonSerializer.Deserialize(ref reader, AgentJson.Default.JsonElement))
            : throw new JsonException();

    // Copied byte for byte: a text with half of a surrogate pair can be read but not written.
    public override void Write(Utf8JsonWriter writer, SmartReport value, JsonSerializerOptions options) =>
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value.Root), skipInputValidation: true);
}
