#include "CYAML.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct yml_reader {
    yaml_parser_t parser;
    yaml_event_t event;
    bool has_event;
};

yml_reader *yml_create(const uint8_t *bytes, size_t size) {
    yml_reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL)
        return NULL;
    if (!yaml_parser_initialize(&reader->parser)) {
        free(reader);
        return NULL;
    }
    yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader->parser, bytes, size);
    return reader;
}

static void drop_event(yml_reader *reader) {
    if (reader->has_event)
        yaml_event_delete(&reader->event);
    reader->has_event = false;
}

static void fill_error(const yaml_parser_t *parser, yml_error *error) {
    *error = (yml_error){
        .problem = parser->problem,
        .context = parser->context,
        .offset = parser->problem_offset,
        .is_out_of_memory = parser->error == YAML_MEMORY_ERROR,
    };
    if (parser->error == YAML_SCANNER_ERROR || parser->error == YAML_PARSER_ERROR) {
        error->line = (uint32_t)parser->problem_mark.line + 1;
        error->column = (uint32_t)parser->problem_mark.column + 1;
    }
}

// True when the event is one that the caller wants to see.
static bool translate(const yaml_event_t *event, yml_event *out) {
    *out = (yml_event){
        .line = (uint32_t)event->start_mark.line + 1,
        .column = (uint32_t)event->start_mark.column + 1,
        .end_line = (uint32_t)event->end_mark.line + 1,
        .end_column = (uint32_t)event->end_mark.column + 1,
    };
    switch (event->type) {
    case YAML_STREAM_END_EVENT:
        out->kind = YML_STREAM_END;
        return true;
    case YAML_DOCUMENT_START_EVENT:
        out->kind = YML_DOCUMENT_START;
        return true;
    case YAML_DOCUMENT_END_EVENT:
        out->kind = YML_DOCUMENT_END;
        return true;
    case YAML_ALIAS_EVENT:
        out->kind = YML_ALIAS;
        out->text = event->data.alias.anchor;
        out->text_size = strlen((const char *)event->data.alias.anchor);
        return true;
    case YAML_SCALAR_EVENT:
        out->kind = YML_SCALAR;
        out->text = event->data.scalar.value;
        out->text_size = event->data.scalar.length;
        out->anchor = (const char *)event->data.scalar.anchor;
        out->tag = (const char *)event->data.scalar.tag;
        out->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        return true;
    case YAML_SEQUENCE_START_EVENT:
        out->kind = YML_SEQUENCE_START;
        out->anchor = (const char *)event->data.sequence_start.anchor;
        out->tag = (const char *)event->data.sequence_start.tag;
        return true;
    case YAML_SEQUENCE_END_EVENT:
        out->kind = YML_SEQUENCE_END;
        return true;
    case YAML_MAPPING_START_EVENT:
        out->kind = YML_MAPPING_START;
        out->anchor = (const char *)event->data.mapping_start.anchor;
        out->tag = (const char *)event->data.mapping_start.tag;
        return true;
    case YAML_MAPPING_END_EVENT:
        out->kind = YML_MAPPING_END;
        return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
        return false;
    }
    return false;
}

bool yml_next(yml_reader *reader, yml_event *event_out, yml_error *error_out) {
    do {
        drop_event(reader);
        if (!yaml_parser_parse(&reader->parser, &reader->event)) {
            fill_error(&reader->parser, error_out);
            return false;
        }
        reader->has_event = true;
    } while (!translate(&reader->event, event_out));
    return true;
}

void yml_destroy(yml_reader *reader) {
    if (reader == NULL)
        return;
    drop_event(reader);
    yaml_parser_delete(&reader->parser);
    free(reader);
}

const char *yml_version(void) { return yaml_get_version_string(); }
