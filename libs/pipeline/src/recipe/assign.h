// Writes a TOML value into a setting. Private: with parse.cpp the only place that knows toml++.
#pragma once

#include <toml++/toml.h>

#include <string>

#include "mote/pipeline/setting.h"

namespace mote::pipeline {

// Errors: kInvalid, "train.epochs wants an integer, got \"many\"".
void assign(const Setting& setting, const toml::node& value);

// The value as TOML text.
std::string node_text(const toml::node& value);

}  // namespace mote::pipeline
