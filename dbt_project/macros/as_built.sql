{% macro as_built(model_name, schema='intermediate') -%}
    {#-
        A model as the last build left it, or none. What a build touches is found by comparing with that, so it must be
        read before the model itself is built again: the reader stands upstream of the model.
    -#}
    {{- return(adapter.get_relation(database=this.database, schema=schema, identifier=model_name) if execute else none) -}}
{%- endmacro %}

{% macro continues() -%}
    {#- Whether this build adds to a built warehouse: then only what touched reports speak of is worked on. -#}
    {{- return(not flags.FULL_REFRESH and as_built('fct_school_metric', schema=target.schema) is not none) -}}
{%- endmacro %}

{% macro delete_touched(keys, touched='int_cells_touched', where='true') -%}
    {#- As the pre-hook of an incremental model: its touched rows make place for those that the build inserts. -#}
    {% if is_incremental() -%}
        delete from {{ this }}
        where ({{ keys }}) in (select {{ keys }} from {{ ref(touched) }} where {{ where }})
    {%- endif %}
{%- endmacro %}
