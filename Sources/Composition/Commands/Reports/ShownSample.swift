internal import JSON
internal import Models
internal import Signals

extension Sample {
    /// A sample as a server shows it: of a long array type and shape stand for the value, as a text.
    init(shown object: JSONObject) {
        if let sample = try? Sample(json: object) {
            self = sample
            return
        }
        var text = "a value that cannot be shown"
        if case .object(let value)? = object["value"], case .string(let type)? = value["datatype"],
            case .array(let shape)? = value["shape"]
        {
            text = "\(type) \(JSONWriter.text(of: .array(shape)))"
        }
        let stamp: Stamp? = if case .string(let text)? = object["stamp"] { Stamp(text) } else { nil }
        self.init(.text(text), alarm: Alarm(json: object), stamp: stamp ?? .unknown, id: .none)
    }
}
